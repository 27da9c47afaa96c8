"""The parts of an audit: what is read of a person, how contacts are judged, what the chains say of them."""
