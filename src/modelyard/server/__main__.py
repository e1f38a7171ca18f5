"""`python -m modelyard.server`: what `modelyard up` starts."""

from modelyard.server.command import main

if __name__ == "__main__":
    main()
