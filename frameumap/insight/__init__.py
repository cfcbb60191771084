"""What a fitted model can say of its rows: why two are near, which belong together, what sets them
apart, whom to trust."""
