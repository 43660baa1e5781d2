"""The terms of consents for programs: narrowing them, and how they came to be."""
