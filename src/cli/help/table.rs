//! The table of examples, environment variables and exit statuses.

use crate::cli::threads::query_fields;

/// What the help of a command says besides its arguments.
#[derive(Debug)]
pub struct CommandHelp {
    /// The name of the command; empty for the program itself.
    pub name: &'static str,
    /// Command lines, and what each does.
    pub examples: &'static [(&'static str, &'static str)],
    /// The title and the rows of a list of terms that both the short and the long help have.
    pub terms: Option<Terms>,
    /// The names of environment variables, and what each changes.
    pub environment: &'static [(&'static str, &'static str)],
    /// The exit statuses, and what each means, without those of signals.
    pub exit: &'static [(&'static str, &'static str)],
    /// Whether the command ends in another way when it gets a signal.
    pub handles_signals: bool,
}

/// A list of terms: its title, and the terms with what each means.
pub type Terms = (&'static str, fn() -> Vec<(String, &'static str)>);

/// The exit statuses of a command that ends because of a signal.
pub const SIGNALS: (&str, &str) = ("129, 130, 143", "ended by SIGHUP, SIGINT (Ctrl+C) or SIGTERM");

const CODEX_HOME: (&str, &str) = ("CODEX_HOME", "home folder of Codex; the default is ~/.codex");
const CODEX_SQLITE_HOME: (&str, &str) = (
    "CODEX_SQLITE_HOME",
    "folder of the databases of Codex, if they are not in its home folder",
);
const COLORTERM: (&str, &str) = ("COLORTERM", "truecolor or 24bit: use 24-bit colours");
const EDITOR: (&str, &str) = ("VISUAL, EDITOR", "editor for texts and JSON; the default is vi");
const ESCDELAY: (&str, &str) = (
    "ESCDELAY",
    "milliseconds after which a lone ESC byte counts as the Esc key; the default is 50",
);
const LOCALE: (&str, &str) = (
    "LC_ALL, LC_CTYPE, LANG",
    "locale; with C, POSIX or a character set other than UTF-8, the inspector draws borders and marks in ASCII",
);
const NO_COLOR: (&str, &str) = ("NO_COLOR", "if not empty, use no colours");
const TERM: (&str, &str) = ("TERM", "type of the terminal; determines the number of colours");
const TZ: (&str, &str) = ("TZ", "time zone of the printed times");
const XDG_CONFIG_HOME: (&str, &str) = (
    "XDG_CONFIG_HOME",
    "the configuration is threadloupe/config.toml below this folder; the default is ~/.config",
);
const XDG_STATE_HOME: (&str, &str) = (
    "XDG_STATE_HOME",
    "settings are kept in threadloupe/ below this folder; the default is ~/.local/state",
);

/// The variables of the inspector.
const INSPECTOR: &[(&str, &str)] = &[
    CODEX_HOME,
    CODEX_SQLITE_HOME,
    NO_COLOR,
    COLORTERM,
    TERM,
    LOCALE,
    EDITOR,
    ESCDELAY,
    XDG_CONFIG_HOME,
    XDG_STATE_HOME,
];

/// The variable of commands that read homes.
const HOMES: &[(&str, &str)] = &[CODEX_SQLITE_HOME];

/// The statuses of the inspector.
const INSPECTED: &[(&str, &str)] = &[
    ("0", "the inspector was closed"),
    (
        "2",
        "an argument or the configuration file is wrong, a path cannot be opened, or there is no usable terminal",
    ),
];

/// The statuses of a command that reads no files.
const PRINTED: &[(&str, &str)] = &[
    ("0", "the output was written"),
    ("2", "an argument is wrong, or the output cannot be written"),
];

/// A row for the program and for each command, in the order of `--help`.
pub const HELP: &[CommandHelp] = &[
    CommandHelp {
        name: "",
        examples: &[
            ("threadloupe", "Open the inspector on a demo store"),
            ("threadloupe --home", "Open the threads of Codex in ~/.codex"),
            (
                "threadloupe --follow rollout.jsonl",
                "Show a thread while it is written",
            ),
            (
                "threadloupe search -w timeout --from ~/.codex",
                "Find a word in all threads",
            ),
            ("threadloupe merge a.json b.json", "Merge two metadata patches"),
            ("threadloupe tutor", "Learn the inspector in ten minutes"),
        ],
        terms: None,
        environment: INSPECTOR,
        exit: INSPECTED,
        handles_signals: false,
    },
    CommandHelp {
        name: "run",
        examples: &[
            (
                "threadloupe run scenario.jsonl",
                "Print the answer of each step, and check the expectations",
            ),
            (
                "threadloupe run --format text --jobs 4 scenarios",
                "Run all scenarios in a folder, with output for people",
            ),
            (
                "threadloupe run --shrink scenario.jsonl",
                "Print the fewest steps that still fail",
            ),
            (
                "threadloupe run --against unix:/tmp/store.sock scenario.jsonl",
                "Compare the answers of another store with those of the in-memory store",
            ),
        ],
        terms: None,
        environment: &[NO_COLOR],
        exit: &[
            (
                "0",
                "every step ran and every expectation was met; with --shrink, nothing fails",
            ),
            (
                "1",
                "an expectation was not met, or another store answered differently; with --shrink, a failure was shrunk",
            ),
            (
                "2",
                "a step or a file is invalid or cannot be read, or another store gives no answer",
            ),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "tutor",
        examples: &[("threadloupe tutor", "Learn the inspector on the demo store")],
        terms: None,
        environment: INSPECTOR,
        exit: &[
            ("0", "the inspector was closed"),
            ("2", "there is no usable terminal"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "play",
        examples: &[
            (
                "threadloupe play scenario.jsonl",
                "Open a scenario before its first step",
            ),
            (
                "threadloupe play --export steps.html scenario.jsonl",
                "Write the steps as a document",
            ),
        ],
        terms: None,
        environment: INSPECTOR,
        exit: &[
            (
                "0",
                "the inspector was closed; with --export, every expectation was met",
            ),
            ("1", "with --export, an expectation was not met"),
            (
                "2",
                "a file is invalid or cannot be read or written, or there is no usable terminal",
            ),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "serve",
        examples: &[
            (
                "threadloupe serve --listen unix:/tmp/store.sock",
                "Accept connections on a socket",
            ),
            (
                "threadloupe serve --stdio --from ~/.codex",
                "Run steps from standard input on the threads of Codex",
            ),
        ],
        terms: None,
        environment: HOMES,
        exit: &[
            (
                "0",
                "ended by SIGTERM once the running calls had finished, or, with --stdio, the input ended and every step was valid",
            ),
            ("1", "with --stdio, an expectation was not met"),
            (
                "2",
                "the store cannot be opened, the address cannot be used, or, with --stdio, a step was invalid",
            ),
            ("129, 130", "ended by SIGHUP or SIGINT (Ctrl+C)"),
        ],
        handles_signals: true,
    },
    CommandHelp {
        name: "check",
        examples: &[
            (
                "threadloupe check --against ./my-store",
                "Start a program, and compare its store with the in-memory store",
            ),
            (
                "threadloupe check --against unix:/tmp/store.sock --only contract --save found.jsonl",
                "Judge only the rules that apply to every store, and save the scenario that shows a difference",
            ),
        ],
        terms: None,
        environment: &[],
        exit: &[
            ("0", "there is no difference"),
            ("1", "there is a difference"),
            ("2", "the other store cannot be used"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "import",
        examples: &[
            (
                "threadloupe import ~/.codex",
                "Report on each rollout file of Codex",
            ),
            (
                "threadloupe import --format json sessions",
                "Print the same report as JSON",
            ),
        ],
        terms: None,
        environment: HOMES,
        exit: &[
            ("0", "every file was read, even if some lines are damaged"),
            ("2", "a file could not be read"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "export",
        examples: &[
            (
                "threadloupe export 0199865a-ee71-7ae3-b232-87583b038e9f --from ~/.codex --format json",
                "Print a thread with its history as JSON",
            ),
            (
                "threadloupe export --from ~/.codex --to copies",
                "Write all rollout files, decompressed, to a folder",
            ),
        ],
        terms: None,
        environment: HOMES,
        exit: &[
            ("0", "everything was read and written"),
            (
                "2",
                "a file could not be read or written, or there is no such thread",
            ),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "threads",
        examples: &[
            (
                "threadloupe threads --from ~/.codex --limit 10",
                "List the ten threads with the latest events",
            ),
            (
                "threadloupe threads retry 'updated:<7d' -is:archived --from ~/.codex",
                "List the unarchived threads of the last seven days that match a word",
            ),
        ],
        terms: Some(("Fields", query_fields)),
        environment: HOMES,
        exit: &[
            ("0", "the threads were listed, even if none matches"),
            ("2", "the query is wrong, or a file could not be read"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "search",
        examples: &[
            (
                "threadloupe search 'connection refused' --from ~/.codex",
                "Find a text in all threads",
            ),
            (
                "threadloupe search -e 'error\\[E\\d+\\]' --kind function_call_output --from sessions",
                "Find a regular expression in the output of tools",
            ),
        ],
        terms: None,
        environment: HOMES,
        exit: &[
            ("0", "something was found"),
            ("1", "nothing was found"),
            ("2", "a file, path or pattern could not be used"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "show",
        examples: &[
            ("threadloupe show 0199865a --from ~/.codex", "Print a thread"),
            (
                "threadloupe show 0199865a:12 --context 2 --from ~/.codex",
                "Print the entries around item 12 of a thread",
            ),
            (
                "threadloupe show 0199865a --from ~/.codex --format html --to thread.html",
                "Write a thread as an HTML page to share",
            ),
        ],
        terms: None,
        environment: &[CODEX_SQLITE_HOME, TZ],
        exit: &[
            ("0", "everything was read and written"),
            (
                "2",
                "there is no such thread, or a file could not be read or written",
            ),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "sizes",
        examples: &[
            (
                "threadloupe sizes ~/.codex",
                "Show which kinds of items take the most bytes",
            ),
            (
                "threadloupe sizes --by thread --top 5 ~/.codex",
                "Show the five largest threads",
            ),
        ],
        terms: None,
        environment: HOMES,
        exit: &[
            ("0", "every file was read"),
            (
                "2",
                "a file could not be read completely; all other files are counted",
            ),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "merge",
        examples: &[
            (
                "threadloupe merge a.json b.json --explain",
                "Merge two patches, and show which one decided each field",
            ),
            (
                "threadloupe merge patch.json --onto thread.json --format json",
                "Show a thread after a patch",
            ),
        ],
        terms: None,
        environment: &[],
        exit: &[
            ("0", "the patches were merged"),
            ("1", "there were lints, and --deny-lints is given"),
            ("2", "a patch or the thread is invalid or cannot be read"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "diff",
        examples: &[(
            "threadloupe diff before.json after.json",
            "Print the patch that makes one thread like another",
        )],
        terms: None,
        environment: &[],
        exit: &[
            ("0", "nothing differs"),
            ("1", "something differs"),
            ("2", "a thread is invalid or cannot be read"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "preview",
        examples: &[(
            "threadloupe preview patch.json --from ~/.codex --where is:archived",
            "Print what a patch would change in archived threads",
        )],
        terms: None,
        environment: HOMES,
        exit: &[
            ("0", "every thread was previewed"),
            (
                "2",
                "the patch or the query is wrong, or a file could not be read",
            ),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "laws",
        examples: &[(
            "threadloupe laws patch.json",
            "Check the laws with one more patch",
        )],
        terms: None,
        environment: &[],
        exit: &[
            ("0", "every law holds"),
            ("1", "a law does not hold"),
            ("2", "a patch is invalid or cannot be read"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "list",
        examples: &[
            (
                "threadloupe list fields",
                "List the fields that a patch can change",
            ),
            (
                "threadloupe list keys",
                "List the commands of the inspector and their keys",
            ),
            ("threadloupe list rules M3", "Print a rule in full"),
        ],
        terms: None,
        environment: &[XDG_CONFIG_HOME],
        exit: PRINTED,
        handles_signals: false,
    },
    CommandHelp {
        name: "config",
        examples: &[
            (
                "threadloupe config show > config.toml",
                "Write a configuration file with the defaults",
            ),
            (
                "threadloupe config check config.toml",
                "Report what is wrong with a file",
            ),
            (
                "threadloupe config path",
                "Print where the configuration file is looked for",
            ),
        ],
        terms: None,
        environment: &[XDG_CONFIG_HOME],
        exit: &[
            ("0", "the file has no problems, or the output was written"),
            ("2", "the file has problems, or it cannot be read"),
        ],
        handles_signals: false,
    },
    CommandHelp {
        name: "completions",
        examples: &[
            (
                "threadloupe completions bash > ~/.local/share/bash-completion/completions/threadloupe",
                "Install the completions for bash",
            ),
            (
                "threadloupe completions zsh > _threadloupe",
                "For zsh: move the file to a folder in $fpath",
            ),
            (
                "threadloupe completions fish > ~/.config/fish/completions/threadloupe.fish",
                "Install the completions for fish",
            ),
        ],
        terms: None,
        environment: &[],
        exit: PRINTED,
        handles_signals: false,
    },
    CommandHelp {
        name: "man",
        examples: &[
            ("threadloupe man run | man -l -", "Read the page of a command"),
            (
                "threadloupe man --to ~/.local/share/man/man1",
                "Install all pages",
            ),
        ],
        terms: None,
        environment: &[],
        exit: PRINTED,
        handles_signals: false,
    },
];
