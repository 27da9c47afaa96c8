"""The parts of a rule pack that are not about single contacts: money, plans, agencies, complaints, retention."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from domain.model.base import Growing, Model

Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
"""An id of a rule, a source, a term or an event."""


class Sourced(Model):
    """A part of a pack with one source."""

    source: Id


class LatenessRule(Model):
    """Grace and tolerance; the tolerance is in the currency of the pack."""

    grace_days: int = Field(default=0, ge=0)
    tolerance: Decimal = Field(default=Decimal(0), ge=0)
    treatment_grace_days: int = Field(default=0, ge=0)
    source: Id | None = None


class ClassBand(Model):
    """A band of days past due; day 1 is the day after the due date."""

    name: Id
    dpd_min: int = Field(ge=1)
    dpd_max: int | None = None
    source: Id | None = None


class PackBand(Model):
    """The order of the groups for a range of days past due."""

    dpd_min: int = Field(ge=0)
    dpd_max: int | None = None
    order: tuple[Literal["interest_and_fees", "principal"], ...]


class Allocation(Sourced):
    """How a payment covers what is owed, by days past due at its value date."""

    bands: tuple[PackBand, ...] = Field(min_length=1)
    inside_group: Literal["contract", "highest_apr_first", "oldest_first", "pro_rata"] = "contract"
    excess_over_minimum: Literal["highest_apr_first"] | None = None
    deferred_interest_last_cycles: int | None = Field(default=None, ge=0)
    debtor_may_designate: bool = True
    """Between several debts."""
    never_to_disputed: bool = True


class Licence(Model):
    """Whether an agency needs one."""

    required: bool
    register_url: str | None = None


class BeforeAssignment(Model):
    """Whether the customer must be told before an agency is placed, and by which notice."""

    required: bool
    notice: Id | None = None


class Evaluation(Model):
    """How often an agency is evaluated."""

    every_months: int = Field(ge=1)
    and_before_renewal: bool = True


class Training(Model):
    """How often collectors are trained."""

    before_start: bool = True
    every_months: int = Field(ge=1)


class Recordings(Model):
    """Whether conversations are recorded, and how long that is kept."""

    required: bool
    keep_years: int = Field(ge=0)


class Agency(Sourced):
    """What binds the bank when it places an account with a third party."""

    principal_stays_liable: bool = True
    licence: Licence = Licence(required=False)
    contract_items: tuple[Id, ...] = ()
    subcontracting: Literal["forbidden", "with_written_consent", "free"] = "with_written_consent"
    publish_list: bool = False
    notify_debtor_before_assignment: BeforeAssignment = BeforeAssignment(required=False)
    evaluate: Evaluation | None = None
    train: Training | None = None
    pay_may_depend_only_on_recoveries: bool = True
    may_receive_payments: bool = False
    approved_by: Literal["head_office"] | None = None
    data_on_end: Literal["return_or_delete"] = "return_or_delete"
    recordings: Recordings | None = None
    dispute_to_principal: bool = True
    max_active_per_account: int | None = Field(default=1, ge=1)


class OralTerms(Model):
    """Whether a plan may be agreed orally, and how long the recording is kept."""

    allowed: bool
    keep_until: Literal["debt_settled"] = "debt_settled"


class BrokenBy(Model):
    """What breaks a plan, and how it is repaired."""

    missed_instalments: int = Field(default=1, ge=1)
    grace_days: int = Field(default=3, ge=0)
    repair_notice: bool = True
    cure_days: int = Field(default=7, ge=0)
    cure_from: Literal["notice", "due_date"] = "notice"


class MostPlans(Model):
    """How many plans within how many months."""

    n: int = Field(ge=1)
    per_months: int = Field(ge=1)


class PlanRule(Sourced, Growing):
    """Limits of a repayment plan."""

    LATER: ClassVar[frozenset[str]] = frozenset(("needs", "observation_months"))
    max_term_months: int | None = Field(default=None, ge=1)
    max_instalments: int | None = Field(default=None, ge=1)
    interest: Literal["may_stop", "must_stop", "must_not_rise", "contract"] = "contract"
    fees: Literal["may_waive", "must_waive", "contract"] = "may_waive"
    stop_collection_while_performing: bool = False
    required_terms: tuple[Id, ...] = ()
    oral_ok_if_recorded: OralTerms = OralTerms(allowed=False)
    broken_by: BrokenBy = BrokenBy()
    max_plans: MostPlans | None = None
    negative_amortisation: Literal["forbidden", "allowed"] = "forbidden"
    non_business_day: Literal["in_time_next", "next", "previous", "modified_following"] = "in_time_next"
    needs: tuple[Literal["ability_report", "willingness"], ...] | None = None
    """What must be known of the customer before there is a plan."""
    observation_months: int | None = Field(default=None, ge=1)
    """For so many months from signing the account is not classified better than it was then."""


class AnswerWithin(Model):
    """How soon a complaint is answered."""

    n: int = Field(ge=1)
    unit: Literal["calendar_days", "business_days"] = "calendar_days"


class Extension(Model):
    """Until which day an answer may be put off, and what that needs."""

    to: int = Field(ge=1)
    needs: Literal["reason", "approval"]


class Complaints(Sourced):
    """Deadlines of complaints."""

    acknowledge_days: int | None = Field(default=None, ge=0)
    answer: AnswerWithin | None = None
    extend: tuple[Extension, ...] = ()
    not_by: tuple[Literal["subject_of_complaint"], ...] = ()


class Disputes(Sourced):
    """Deadlines of disputes, and what they stop."""

    acknowledge_days: int | None = Field(default=None, ge=0)
    resolve_days: int | None = Field(default=None, ge=0)
    blocks: tuple[Literal["collect_contact", "furnish_negative", "interest", "fees"], ...] = ()
    scope: Literal["item", "debt"] = "item"


class LateFee(Model):
    """Limits of a late fee; money in the currency of the pack."""

    cap: Decimal | None = None
    cap_is_minimum_due: bool = False
    chargeable_when_dpd_over: int = Field(default=0, ge=0)
    base: Literal["outstanding_after_due", "minimum_due", "contract"] = "contract"


class PenaltyRate(Model):
    """When a penalty rate may be charged."""

    when_dpd_over: int | None = Field(default=None, ge=0)
    notice_days: int | None = Field(default=None, ge=0)
    cured_by_on_time_payments: int | None = Field(default=None, ge=1)


class Charges(Sourced):
    """Limits of charges."""

    late_fee: LateFee = LateFee()
    penalty_rate: PenaltyRate = PenaltyRate()
    total_charges_max_ratio_of_principal: Decimal | None = None


class ChargeOff(Model):
    """When the bank recognises the loss."""

    dpd: int | None = Field(default=None, ge=1)
    bankruptcy_days: int | None = Field(default=None, ge=1)
    block_new_charges_dpd: int | None = Field(default=None, ge=1)
    source: Id | None = None


class Milestone(Sourced):
    """A clock that matters later."""

    id: Id
    n: int = Field(ge=1)
    unit: Literal["calendar_days", "business_days", "months"]
    since: Id
    """The event that starts it."""


class Limitation(Sourced):
    """When a debt is barred by time."""

    years: int | None = Field(default=None, ge=1)
    restarted_by: tuple[Id, ...] = ()
    after_expiry: Literal["no_suit_no_threat", "no_contact"] = "no_suit_no_threat"


class Reporting(Sourced):
    """Rules of reports to a credit bureau."""

    wait_days_after_send: int | None = Field(default=None, ge=0)
    """Whole days between the notice and the report."""
    notify_before_negative: bool = False
    """Whether the rule itself asks for a notice; the house gives one in any case."""
    keep_years: int | None = Field(default=None, ge=0)
    """For so long a bureau keeps what is negative, from the end of the arrears."""
    min_dpd: int | None = Field(default=None, ge=0)
    """Only what is more days past due may be reported."""


class MostReAges(Model):
    """How many re-ages within how many months."""

    n: int = Field(ge=1)
    per_months: int = Field(ge=1)


class ReAgeRule(Sourced):
    """When the lender may make an open-end account current without full payment of its arrears."""

    least_months_open: int = Field(ge=0)
    """The account must have existed for so many months."""
    minimums_in_a_row: int = Field(ge=1)
    """So many consecutive minimum payments were made since it was late, or as much at once."""
    least_months_between: int = Field(ge=1)
    """So many months lie between one and the next."""
    most: MostReAges


class Retention(Sourced):
    """How long evidence is kept."""

    recordings_years: int | None = Field(default=None, ge=0)
    contact_ledger_years: int | None = Field(default=None, ge=0)
    impact_assessment_years: int | None = Field(default=None, ge=0)


class Duties(Growing):
    """What a pack says beside contact; in a stack the pack nearest to the top that states a part gives it whole."""

    LATER: ClassVar[frozenset[str]] = frozenset(("re_age",))
    lateness: LatenessRule | None = None
    classification: tuple[ClassBand, ...] | None = None
    allocation: Allocation | None = None
    agency: Agency | None = None
    plan: PlanRule | None = None
    complaints: Complaints | None = None
    disputes: Disputes | None = None
    charges: Charges | None = None
    charge_off: ChargeOff | None = None
    milestones: tuple[Milestone, ...] = ()
    limitation: Limitation | None = None
    reporting: Reporting | None = None
    re_age: ReAgeRule | None = None
    """None in the whole stack: no account is re-aged."""
    retention: Retention | None = None
