"""What a span of text means, judged by the words near it."""
