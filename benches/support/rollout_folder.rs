//! Generated rollouts with the shapes and sizes of recorded ones: the share of each file format, its wrapper and
//! header, the measured quantiles of line sizes, and the share of escapes and other scripts. The same seed gives the
//! same bytes on every machine.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The files to generate.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// The number of files.
    pub files: usize,
    /// The total number of bytes, exact to one line per file.
    pub bytes: u64,
    /// Another seed gives other files.
    pub seed: u64,
}

/// A folder as large as that of a busy half year.
pub const FOLDER: Plan = Plan {
    files: 400,
    bytes: 195_000_000,
    seed: 1,
};

/// Writes the files below `root` in the layout of an agent's folder, and returns their paths.
pub fn write(root: &Path, plan: Plan) -> io::Result<Vec<PathBuf>> {
    let mut dice = Dice(plan.seed);
    // Most files are small and few are large: between 1/2000 and 8 times the mean.
    let weights: Vec<f64> = (0..plan.files)
        .map(|_| dice.quantile(&[0.0005, 0.35, 2.6, 7.0, 8.0]))
        .collect();
    let scale = plan.bytes as f64 / weights.iter().sum::<f64>();
    let mut paths = Vec::with_capacity(plan.files);
    for (number, weight) in weights.iter().enumerate() {
        let era = &ERAS[dice.weighted(ERAS.iter().map(|era| era.share))];
        let mut file = Rollout::new(
            Dice(plan.seed ^ (number as u64 + 1).wrapping_mul(0x9e37_79b9)),
            era,
            number,
        );
        let folder = root.join("sessions").join(file.day.replace('-', "/"));
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("rollout-{}T08-25-08-{}.jsonl", file.day, file.id));
        let mut out = BufWriter::with_capacity(1 << 18, fs::File::create(&path)?);
        file.write(&mut out, (weight * scale) as u64)?;
        out.flush()?;
        paths.push(path);
    }
    Ok(paths)
}

struct Era {
    /// The number of these files among 895.
    share: u64,
    day: &'static str,
    version: &'static str,
    layout: Layout,
    /// The bytes of a line: the minimum, and the quantiles 0.5, 0.9, 0.99 and 1.
    sizes: [f64; 5],
    /// The bytes of the instructions in the header.
    instructions: usize,
}

#[derive(Clone, Copy, PartialEq)]
enum Layout {
    Bare,
    Wrapped,
    Paginated,
}

const ERAS: [Era; 7] = [
    era(
        132,
        "2025-08-21",
        "",
        Layout::Bare,
        [60.0, 250.0, 3.4e3, 11.9e3, 75e3],
        0,
    ),
    era(
        52,
        "2025-11-17",
        "0.63.0",
        Layout::Wrapped,
        [140.0, 571.0, 2.2e3, 10.7e3, 119e3],
        300,
    ),
    era(
        205,
        "2026-02-03",
        "0.104.0",
        Layout::Wrapped,
        [140.0, 669.0, 6.2e3, 23.3e3, 252e3],
        18_700,
    ),
    era(
        89,
        "2026-05-20",
        "0.137.0",
        Layout::Wrapped,
        [140.0, 663.0, 4.4e3, 34.2e3, 1.2e6],
        21_000,
    ),
    era(
        151,
        "2026-06-28",
        "0.142.5",
        Layout::Wrapped,
        [140.0, 719.0, 4.4e3, 42.2e3, 187e3],
        19_500,
    ),
    era(
        250,
        "2026-07-30",
        "0.146.0",
        Layout::Wrapped,
        [140.0, 799.0, 5.5e3, 43.0e3, 146e3],
        23_800,
    ),
    era(
        16,
        "2026-09-02",
        "0.153.4",
        Layout::Paginated,
        [160.0, 820.0, 5.5e3, 43.0e3, 146e3],
        23_800,
    ),
];

const fn era(
    share: u64,
    day: &'static str,
    version: &'static str,
    layout: Layout,
    sizes: [f64; 5],
    instructions: usize,
) -> Era {
    Era {
        share,
        day,
        version,
        layout,
        sizes,
        instructions,
    }
}

/// A file that is being generated.
struct Rollout {
    dice: Dice,
    era: &'static Era,
    id: String,
    day: String,
    line: String,
    ordinal: u64,
    seconds: u64,
    /// Whether its user writes in a script with several bytes per letter.
    wide: bool,
}

impl Rollout {
    fn new(mut dice: Dice, era: &'static Era, number: usize) -> Self {
        let (a, b) = (dice.next(), dice.next());
        let id = format!(
            "{number:08x}-{:04x}-7{:03x}-8{:03x}-{:012x}",
            a & 0xffff,
            a >> 16 & 0xfff,
            a >> 32 & 0xfff,
            b >> 16
        );
        let wide = dice.below(100) < 35;
        Self {
            dice,
            era,
            id,
            day: era.day.to_owned(),
            line: String::new(),
            ordinal: 0,
            seconds: 0,
            wide,
        }
    }

    fn write(&mut self, out: &mut impl Write, bytes: u64) -> io::Result<()> {
        self.header();
        let mut written = self.put(out)?;
        while written < bytes {
            let size = (self.dice.quantile(&self.era.sizes) as usize).min((bytes - written) as usize + 200);
            if self.era.layout == Layout::Bare {
                self.bare(size)
            } else {
                self.wrapped(size)
            }
            written += self.put(out)?;
        }
        Ok(())
    }

    fn put(&mut self, out: &mut impl Write) -> io::Result<u64> {
        self.line.push('\n');
        out.write_all(self.line.as_bytes())?;
        let length = self.line.len() as u64;
        self.line.clear();
        Ok(length)
    }

    fn header(&mut self) {
        let time = self.time();
        if self.era.layout == Layout::Bare {
            self.line = format!(
                r#"{{"id":"{}","timestamp":"{time}","instructions":null,"git":{{"commit_hash":"0f1e2d3c","branch":"main"}}}}"#,
                self.id
            );
            return;
        }
        self.open("session_meta");
        let (id, version) = (&self.id, self.era.version);
        self.line.push_str(&format!(
            r#""id":"{id}","timestamp":"{time}","cwd":"/home/w/project","originator":"codex_vscode","cli_version":"{version}","source":"vscode","model_provider":"openai","base_instructions":{{"text":""#
        ));
        self.prose(self.era.instructions);
        self.line
            .push_str(r#""},"git":{"commit_hash":"0f1e2d3c","branch":"main"}}}"#);
    }

    /// The next time, in the format of the wrapper.
    fn time(&mut self) -> String {
        self.seconds += self.dice.below(7);
        let (s, ms) = (self.seconds % 60, self.dice.below(1000));
        format!(
            "{}T{:02}:{:02}:{s:02}.{ms:03}Z",
            self.day,
            6 + self.seconds / 3600 % 18,
            self.seconds / 60 % 60
        )
    }

    /// The wrapper, up to the first member of the payload.
    fn open(&mut self, outer: &str) {
        let time = self.time();
        self.line.push_str(&format!(r#"{{"timestamp":"{time}","#));
        if self.era.layout == Layout::Paginated {
            self.line.push_str(&format!(r#""ordinal":{},"#, self.ordinal));
            self.ordinal += 1;
        }
        self.line.push_str(&format!(r#""type":"{outer}","payload":{{"#));
    }

    fn bare(&mut self, size: usize) {
        match self.dice.below(100) {
            0..44 => self.line.push_str(r#"{"record_type":"state"}"#),
            44..70 => {
                self.line.push_str(
                    r#"{"type":"message","role":"assistant","content":[{"type":"output_text","text":""#,
                );
                self.prose(size * 2);
                self.line.push_str(r#""}]}"#);
            }
            _ => {
                self.line
                    .push_str(r#"{"type":"function_call_output","call_id":"call_0","output":""#);
                self.output(size * 2);
                self.line.push_str(r#""}"#);
            }
        }
    }

    /// Kinds in their measured shares: the large lines are outputs, encrypted text and images.
    fn wrapped(&mut self, size: usize) {
        let call = self.dice.below(1 << 30);
        match self.dice.below(100) {
            _ if size > 300_000 => self.framed("response_item", r#""type":"message","role":"user","content":[{"type":"input_image","image_url":"data:image/png;base64,"#, size, Rollout::cipher, r#""}]}}"#),
            0..16 => self.tokens(),
            16..24 => self.framed("event_msg", r#""type":"agent_message","message":""#, size / 2, Rollout::prose, r#"","phase":null}}"#),
            24..27 => self.framed("event_msg", r#""type":"user_message","images":[],"message":""#, size / 2, Rollout::prose, r#""}}"#),
            27..31 => self.framed("event_msg", r#""type":"agent_reasoning","text":""#, 300, Rollout::prose, r#""}}"#),
            31..36 => self.turn(),
            36..47 => self.framed("response_item", r#""type":"message","role":"assistant","content":[{"type":"output_text","text":""#, size / 2, Rollout::prose, r#""}],"phase":"commentary"}}"#),
            47..60 => self.framed("response_item", r#""type":"reasoning","summary":[],"content":null,"encrypted_content":"gAAAAABo"#, size, Rollout::cipher, r#""}}"#),
            60..74 => {
                let after = format!(r#"\",\"workdir\":\"/home/w/project\"}}","call_id":"call_{call}"}}}}"#);
                self.framed("response_item", r#""type":"function_call","name":"shell_command","arguments":"{\"command\":\""#, size.min(4000) / 2, Rollout::nested, &after);
            }
            74..90 => {
                let before = format!(r#""type":"function_call_output","call_id":"call_{call}","output":""#);
                self.framed("response_item", &before, size * 3, Rollout::output, r#""}}"#);
            }
            _ => {
                let before = format!(r#""type":"custom_tool_call","status":"completed","call_id":"call_{call}","name":"apply_patch","input":"*** Begin Patch\n"#);
                self.framed("response_item", &before, size, Rollout::output, r#"\n*** End Patch"}}"#);
            }
        }
    }

    fn framed(&mut self, outer: &str, before: &str, size: usize, fill: fn(&mut Self, usize), after: &str) {
        self.open(outer);
        self.line.push_str(before);
        fill(self, size.saturating_sub(before.len() + after.len() + 70));
        self.line.push_str(after);
    }

    fn tokens(&mut self) {
        self.open("event_msg");
        let n = self.dice.below(1_000_000);
        let usage = format!(
            r#"{{"input_tokens":{n},"cached_input_tokens":{},"output_tokens":{},"reasoning_output_tokens":64,"total_tokens":{}}}"#,
            n / 2,
            n / 9,
            n + n / 9
        );
        self.line.push_str(&format!(
            r#""type":"token_count","info":{{"total_token_usage":{usage},"last_token_usage":{usage},"model_context_window":258400}},"rate_limits":{{"primary":{{"used_percent":21.0,"window_minutes":300,"resets_at":1785000000}},"secondary":{{"used_percent":85.0,"window_minutes":10080,"resets_at":1785600000}},"credits":null,"plan_type":"pro"}}}}}}"#
        ));
    }

    fn turn(&mut self) {
        self.open("turn_context");
        self.line.push_str(r#""turn_id":"t-1","cwd":"/home/w/project","approval_policy":"on-request","sandbox_policy":{"type":"workspace-write","network_access":false,"exclude_tmpdir_env_var":false,"exclude_slash_tmp":false},"model":"gpt-5.2-codex","personality":"pragmatic","effort":"high","summary":"auto","truncation_policy":{"mode":"tokens","limit":10000},"timezone":"Asia/Tokyo"}}"#);
    }

    /// Text for people: occasional line ends and few quotes.
    fn prose(&mut self, size: usize) {
        let end = self.line.len() + size;
        while self.line.len() < end {
            let words = if self.wide { WIDE } else { WORDS };
            let word = words[self.dice.below(words.len() as u64) as usize];
            self.line.push_str(word);
            self.line.push_str(match self.dice.below(24) {
                0 => ".\\n\\n- ",
                1 => " \\\"x\\\" ",
                _ => " ",
            });
        }
    }

    /// Output of programs: short lines, indents, quotes, paths, and occasional colours.
    fn output(&mut self, size: usize) {
        let end = self.line.len() + size;
        while self.line.len() < end {
            let number = self.dice.below(4000);
            self.line.push_str(match self.dice.below(9) {
                0 => "    let value = map.get(\\\"key\\\").cloned();",
                1 => "\\tat src/protocol/item.rs:",
                2 => "drwxr-xr-x  2 root root  4096 Nov 23 09:08 target ",
                3 => "\\u001b[32mok\\u001b[0m test ",
                4 => "C:\\\\Users\\\\w\\\\AppData\\\\Local\\\\Temp ",
                _ => "The build finished with warnings that nobody has read so far, line ",
            });
            self.line.push_str(&format!("{number}\\n"));
        }
    }

    /// A text inside a JSON text: its escapes are escaped.
    fn nested(&mut self, size: usize) {
        let end = self.line.len() + size;
        while self.line.len() < end {
            self.line
                .push_str(r#"rg -n \\\"fn main\\\" src \\u0026\\u0026 sed -n '1,40p' README.md\\n"#);
        }
    }

    /// Encrypted text or an image: one long word.
    fn cipher(&mut self, size: usize) {
        const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        for _ in 0..size.div_ceil(8) {
            let mut bits = self.dice.next();
            for _ in 0..8 {
                self.line.push(char::from(LETTERS[(bits & 63) as usize]));
                bits >>= 6;
            }
        }
    }
}

const WORDS: &[&str] = &[
    "the",
    "thread",
    "keeps",
    "every",
    "line",
    "of",
    "its",
    "history",
    "and",
    "a",
    "patch",
    "changes",
    "what",
    "people",
    "see",
    "`src/main.rs`",
    "tests",
    "pass",
    "again",
    "because",
    "nothing",
    "was",
    "lost",
    "in",
    "between",
    "reading",
    "(twice)",
];
const WIDE: &[&str] = &[
    "スレッド",
    "の",
    "履歴",
    "を",
    "読み込み",
    "ます",
    "変更",
    "点",
    "確認",
    "してください",
    "the",
    "`Cargo.toml`",
    "线程",
    "记录",
    "测试",
    "通过",
    "🙂",
    "không",
    "được",
];

/// A small random number generator (splitmix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    fn weighted(&mut self, weights: impl Iterator<Item = u64> + Clone) -> usize {
        let mut at = self.below(weights.clone().sum());
        for (index, weight) in weights.enumerate() {
            if at < weight {
                return index;
            }
            at -= weight;
        }
        0
    }

    /// A value from a distribution with these quantiles (minimum, 0.5, 0.9, 0.99 and maximum), with an even spread by
    /// magnitude between them.
    fn quantile(&mut self, marks: &[f64; 5]) -> f64 {
        const AT: [f64; 5] = [0.0, 0.5, 0.9, 0.99, 1.0];
        let place = (self.next() >> 11) as f64 / (1u64 << 53) as f64;
        let step = (1..4).find(|&step| place < AT[step]).unwrap_or(4);
        let part = (place - AT[step - 1]) / (AT[step] - AT[step - 1]);
        marks[step - 1] * (marks[step] / marks[step - 1]).powf(part)
    }
}
