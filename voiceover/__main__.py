"""`python -m voiceover`, for launchers that start a module, such as torchrun."""

from voiceover.cli.main import main

if __name__ == "__main__":
    main()
