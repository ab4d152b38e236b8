"""What a service of pages rests on: settings, languages and formats, kept answers, limits, links, the policy of answers."""
