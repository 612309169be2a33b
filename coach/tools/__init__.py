"""What a coach offers besides answers: a role finder and a next step; it stores nothing."""
