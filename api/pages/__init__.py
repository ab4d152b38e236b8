"""Pages, a package a subject: home, territory, actor, programme, value chain, missing data, errors."""
