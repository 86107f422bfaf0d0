"""What is computed: windows, arguments, and the problems they make."""
