//! The least that a command can cost here: reading the files, looking at every byte, reading and writing the state.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use serde::Deserialize;
use serde_json::value::RawValue;

/// Seconds of each part, the best of five.
#[derive(Debug, Default)]
pub(crate) struct Floor {
    pub(crate) read_and_tokenise: f64,
    pub(crate) read_state: f64,
    pub(crate) write_state: f64,
}

#[derive(Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    resources: Vec<Resource<'a>>,
}

#[derive(Deserialize)]
struct Resource<'a> {
    #[serde(borrow)]
    instances: Vec<Instance<'a>>,
}

#[derive(Deserialize)]
struct Instance<'a> {
    #[serde(borrow)]
    attributes: &'a RawValue,
}

impl Floor {
    /// Of a folder that holds `main.tf` and, where something was applied, a state.
    pub(crate) fn of(folder: &Path) -> Result<Self, String> {
        let mut floor = Self::default();
        let source = folder.join("main.tf");
        floor.read_and_tokenise = best(|| {
            let text = read(&source)?;
            black_box(tokens(&text));
            Ok(())
        })?;
        let state = folder.join("terraform.tfstate");
        if state.exists() {
            floor.read_state = best(|| {
                let text = read(&state)?;
                let state: State<'_> = serde_json::from_str(&text).map_err(|e| e.to_string())?;
                let instances = state.resources.iter().flat_map(|resource| &resource.instances);
                black_box(instances.map(|instance| instance.attributes.get().len()).sum::<usize>());
                Ok(())
            })?;
            let text = read(&state)?;
            let copy = folder.join("floor.tmp");
            floor.write_state = best(|| {
                let mut file = File::create(&copy).map_err(|e| e.to_string())?;
                file.write_all(text.as_bytes()).map_err(|e| e.to_string())?;
                file.sync_all().map_err(|e| e.to_string())
            })?;
            fs::remove_file(&copy).map_err(|e| format!("{}: {e}", copy.display()))?;
        }
        Ok(floor)
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))
}

/// How often the kind of byte changes: what any tokeniser has to see.
fn tokens(text: &str) -> usize {
    let kind = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => 0,
        b' ' | b'\t' => 1,
        b'\n' => 2,
        b'"' => 3,
        _ => 4,
    };
    text.as_bytes().windows(2).filter(|pair| kind(pair[0]) != kind(pair[1])).count()
}

fn best(mut run: impl FnMut() -> Result<(), String>) -> Result<f64, String> {
    let mut best = f64::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        run()?;
        best = best.min(start.elapsed().as_secs_f64());
    }
    Ok(best)
}
