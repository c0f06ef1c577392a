//! Words for names of pets.

/// Animals.
#[rustfmt::skip]
pub(super) const NAMES: &[&str] = &[
    "alpaca", "axolotl", "badger", "barbet", "bat", "bear", "beaver", "beetle", "bison",
    "bittern", "bluebird", "boar", "bobolink", "bustard", "butterfly", "camel", "capybara",
    "caracal", "cardinal", "cassowary", "cat", "chamois", "chinchilla", "chough", "cicada",
    "clownfish", "coati", "cockatoo", "cod", "condor", "coot", "cormorant", "cowrie", "coyote",
    "crab", "crane", "cricket", "crow", "cuckoo", "curlew", "cuttlefish", "damselfly", "deer",
    "dhole", "dingo", "dipper", "dog", "dolphin", "donkey", "dormouse", "dove", "dragonfly",
    "duck", "dunlin", "eagle", "echidna", "eel", "egret", "eland", "elk", "emu", "falcon",
    "fennec", "ferret", "finch", "firefly", "flamingo", "fossa", "fox", "frog", "galago",
    "gannet", "gecko", "gerbil", "gibbon", "giraffe", "goat", "goldcrest", "goose", "gorilla",
    "grasshopper", "grebe", "guanaco", "gull", "hare", "harrier", "hedgehog", "heron", "hoopoe",
    "horse", "hummingbird", "ibex", "ibis", "iguana", "jackdaw", "jay", "jerboa", "kakapo",
    "kestrel", "kingfisher", "kite", "kiwi", "koala", "kudu", "lamprey", "lapwing", "lemur",
    "leopard", "linnet", "lion", "lizard", "llama", "lobster", "lynx", "macaw", "magpie",
    "mallard", "manatee", "margay", "marmot", "marten", "mole", "mongoose", "moose", "moth",
    "mouse", "narwhal", "newt", "nightjar", "numbat", "ocelot", "octopus", "okapi", "opossum",
    "orca", "oriole", "oryx", "osprey", "otter", "owl", "oyster", "panda", "pangolin", "parrot",
    "partridge", "peacock", "pelican", "penguin", "pigeon", "pika", "plover", "pony",
    "porcupine", "puffin", "quail", "quokka", "rabbit", "raccoon", "ray", "redstart",
    "reindeer", "robin", "rook", "salamander", "salmon", "sandpiper", "seahorse", "seal",
    "serval", "shrew", "siskin", "skylark", "sloth", "snail", "sparrow", "squid", "squirrel",
    "starling", "stork", "sturgeon", "swallow", "swan", "swift", "tamarin", "tapir", "tenrec",
    "tern", "thrush", "toad", "tortoise", "toucan", "trout", "turtle", "vole", "wagtail",
    "wallaby", "walrus", "warbler", "weasel", "whale", "wolf", "wombat", "woodpecker", "wren",
    "yak", "zebra",
];

/// What they are like.
#[rustfmt::skip]
pub(super) const ADJECTIVES: &[&str] = &[
    "amber", "ancient", "ardent", "autumn", "azure", "balmy", "bashful", "blithe", "blooming",
    "bookish", "bouncy", "brambly", "bronze", "bubbly", "candid", "canny", "cheery", "chipper",
    "cloudless", "coastal", "coppery", "crimson", "curly", "dainty", "dapper", "dappled",
    "dashing", "dawning", "dewy", "diligent", "dreamy", "dusky", "earnest", "earthy",
    "easygoing", "ebony", "elfin", "emerald", "fabled", "feathery", "fernlike", "festive",
    "fizzy", "fleecy", "floral", "fluffy", "forest", "frosty", "gallant", "gentle", "ginger",
    "glassy", "gleaming", "glossy", "golden", "graceful", "grassy", "hazel", "hearty", "hilly",
    "honeyed", "humming", "icy", "inky", "ivory", "jade", "jaunty", "jazzy", "jolly", "jovial",
    "keen", "kindly", "lanky", "leafy", "lemony", "lilac", "limber", "lofty", "lucid", "lunar",
    "mellow", "merry", "minty", "misty", "mossy", "musing", "nimble", "northern", "oaken",
    "oceanic", "olive", "opal", "patient", "pearly", "peppery", "perky", "placid", "playful",
    "plucky", "plumed", "polar", "purring", "quaint", "quirky", "rainy", "restful", "ripe",
    "roaming", "rosy", "ruby", "rugged", "rustic", "rusty", "salty", "sandy", "sapphire",
    "scarlet", "serene", "shady", "shaggy", "silken", "silver", "sleepy", "snowy", "snug",
    "solar", "southern", "spirited", "spotted", "sprightly", "springy", "starry", "stately",
    "steady", "stony", "stormy", "striped", "sturdy", "summery", "sunlit", "tawny", "thrifty",
    "tidal", "tiny", "topaz", "tranquil", "twilit", "twinkling", "velvet", "verdant", "violet",
    "waggish", "wandering", "warm", "waving", "whimsical", "whistling", "windy", "winged",
    "wintry", "wistful", "woolly", "zesty",
];

/// In what manner they are so.
#[rustfmt::skip]
pub(super) const ADVERBS: &[&str] = &[
    "airily", "almost", "always", "amiably", "ardently", "blithely", "boldly", "bravely",
    "brightly", "briskly", "calmly", "candidly", "cannily", "carefully", "cheerfully",
    "cleverly", "cordially", "cosily", "curiously", "daintily", "daringly", "deftly",
    "delightedly", "diligently", "dreamily", "drily", "duly", "earnestly", "easily", "ever",
    "evidently", "fairly", "faithfully", "famously", "ferociously", "firmly", "fluently",
    "fondly", "frankly", "gaily", "gallantly", "gamely", "gently", "gladly", "gracefully",
    "gratefully", "gravely", "happily", "heartily", "helpfully", "humbly", "idly", "jauntily",
    "jokingly", "jovially", "joyfully", "keenly", "kindly", "lately", "lazily", "lightly",
    "limpidly", "loftily", "loyally", "lucidly", "luckily", "madly", "meekly", "mellowly",
    "merrily", "mightily", "mildly", "modestly", "mostly", "musically", "nearly", "neatly",
    "nimbly", "nobly", "nowadays", "oddly", "often", "openly", "patiently", "perkily",
    "placidly", "plainly", "playfully", "politely", "promptly", "proudly", "quaintly",
    "quickly", "quietly", "quite", "rarely", "rather", "readily", "restfully", "robustly",
    "serenely", "sharply", "silently", "sincerely", "sleepily", "slowly", "smoothly", "snugly",
    "softly", "solemnly", "soundly", "staunchly", "steadily", "stoutly", "sturdily", "subtly",
    "suddenly", "sunnily", "surely", "sweetly", "swiftly", "tactfully", "tenderly",
    "thoughtfully", "tidily", "tranquilly", "truly", "usually", "valiantly", "vastly", "very",
    "vividly", "warmly", "wholly", "widely", "wisely", "wittily", "zestfully",
];
