"""The meaning of a span of text, judged by the words near it: rules as data, fitted weights, the decision."""
