//! Hash maps for addresses, ids and names of the configuration: std's, with a hash that is several times quicker on short
//! keys. It is seeded at random for each process, but not meant to withstand keys that an attacker chooses.

use hashbrown::DefaultHashBuilder;

pub type HashMap<K, V> = std::collections::HashMap<K, V, DefaultHashBuilder>;
pub type HashSet<T> = std::collections::HashSet<T, DefaultHashBuilder>;
