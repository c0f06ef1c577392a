//! Module sources: local, git, archive, registry; lock file; cache.
