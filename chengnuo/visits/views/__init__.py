"""The pages of visits: list and record, acts, plan table, survey, what clients asked for, figures, paper, telephone."""
