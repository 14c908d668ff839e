//! The inspector line by line, for screen readers and for terminals that cannot move their cursor: commands by name, one
//! a line, and plain text that is never repainted.
//!
//! It is the same model with the same executor. The focused pane, or the overlay in front of it, is drawn into memory,
//! and the rows that have changed are printed.

use std::collections::VecDeque;
use std::io::{self, BufRead, Write};
use std::time::Duration;

use crossterm::event::KeyCode;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::contract::Op;
use crate::inspector::commands::keys;
use crate::inspector::layout::draw::draw;
use crate::inspector::layout::parts::inner;
use crate::inspector::runtime::event_loop::{App as _, Effect, ExitReason, Handler, Inbox, Mailbox};
use crate::inspector::runtime::executor::Executor;
use crate::inspector::state::action::Action;
use crate::inspector::state::context::Context;
use crate::inspector::state::effect::Effects;
use crate::inspector::state::model::Model;
use crate::inspector::state::msg::Msg;
use crate::inspector::state::overlay;
use crate::inspector::widgets::line::TextEdit;
use crate::text::{visible, width};
use crate::workbench::lints::nearest;

/// The size of the screen in memory. One pane fills it.
const SIZE: (u16, u16) = (110, 44);

/// How long to wait before looking again whether work in progress has ended.
const MOMENT: Duration = Duration::from_millis(2);

/// What this interface says first.
const WELCOME: &str = "Type the name of a command or a key, then press Enter. Type help to list all commands, look to print the pane again, quit to end the program.";

/// The words of this interface itself.
const LOOK: &str = "look";
const STOP: &str = "stop";

/// Runs the inspector on lines until it quits or the input ends. Requires a tokio runtime.
///
/// # Errors
/// The output cannot be written.
pub async fn run(
    model: &mut Model,
    hand: &mut Executor,
    mailbox: (Mailbox<Msg>, Inbox<Msg>),
    lines: UnboundedReceiver<String>,
    out: &mut dyn Write,
) -> io::Result<ExitReason> {
    let (mail, inbox) = mailbox;
    let mut interface = PlainInterface {
        model,
        hand,
        mail,
        inbox,
        lines,
        pending: VecDeque::new(),
        has_input: true,
        shown: PlainView::default(),
        copied: Vec::new(),
        has_quit: false,
    };
    interface.model.layout.single = true;
    interface.tell(Msg::Resize(SIZE.0, SIZE.1));
    writeln!(out, "{WELCOME}")?;
    interface.run(out).await
}

/// Reads the lines of standard input on a thread of its own, which the end of the program does not wait for.
pub fn standard_input() -> io::Result<UnboundedReceiver<String>> {
    let (sender, lines) = unbounded_channel();
    std::thread::Builder::new()
        .name("lines".to_owned())
        .spawn(move || {
            for line in io::stdin().lock().split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).into_owned();
                if sender.send(line).is_err() {
                    return;
                }
            }
        })?;
    Ok(lines)
}

struct PlainInterface<'a> {
    model: &'a mut Model,
    hand: &'a mut Executor,
    mail: Mailbox<Msg>,
    inbox: Inbox<Msg>,
    lines: UnboundedReceiver<String>,
    /// The lines that were read while work was in progress.
    pending: VecDeque<String>,
    /// Whether more lines may come.
    has_input: bool,
    /// What was printed last.
    shown: PlainView,
    /// Texts that were copied since the last output.
    copied: Vec<String>,
    has_quit: bool,
}

/// The text of the focused pane or of the overlay in front.
#[derive(Default)]
struct PlainView {
    context: Option<Context>,
    /// The title or the question.
    title: String,
    /// The rows, without the sign of the cursor.
    rows: Vec<String>,
    /// The row with the cursor.
    selected: Option<usize>,
    /// The line that asks for a text, or shows the keys.
    prompt: String,
}

impl PlainInterface<'_> {
    async fn run(&mut self, out: &mut dyn Write) -> io::Result<ExitReason> {
        loop {
            self.settle().await;
            if self.has_quit {
                out.flush()?;
                return Ok(ExitReason::Quit);
            }
            self.print(out)?;
            out.flush()?;
            let Some(line) = self.next_line().await else {
                return Ok(ExitReason::Quit);
            };
            if line.trim() == LOOK && !self.model.context().is_text() {
                self.shown = PlainView::default();
            } else {
                self.act(&line);
            }
        }
    }

    /// Waits for the next line. Messages that arrive in between change the model. Returns `None` at the end of the input.
    async fn next_line(&mut self) -> Option<String> {
        if let Some(line) = self.pending.pop_front() {
            return Some(line);
        }
        while self.has_input {
            tokio::select! {
                biased;
                line = self.lines.recv() => match line {
                    Some(line) => return Some(line),
                    None => self.has_input = false,
                },
                Some(msg) = self.inbox.0.recv() => self.tell(msg),
            }
        }
        None
    }

    /// Waits until no work is in progress. The line `stop` ends a job; other lines wait.
    async fn settle(&mut self) {
        loop {
            let is_busy = self.hand.is_busy();
            while let Ok(msg) = self.inbox.0.try_recv() {
                self.tell(msg);
            }
            if self.has_quit || !is_busy && !self.hand.is_busy() && self.inbox.0.is_empty() {
                return;
            }
            tokio::select! {
                biased;
                Some(msg) = self.inbox.0.recv() => self.tell(msg),
                line = self.lines.recv(), if self.has_input => match line {
                    Some(line) if line.trim() == STOP => self.tell(Msg::Key(KeyCode::Esc.into())),
                    Some(line) => self.pending.push_back(line),
                    None => self.has_input = false,
                },
                () = tokio::time::sleep(MOMENT) => {}
            }
        }
    }

    fn tell(&mut self, msg: Msg) {
        let effects = self.model.update(msg);
        self.start(effects);
    }

    fn start(&mut self, effects: Effects) {
        for effect in effects {
            match effect {
                Effect::Run(call) => Handler::<Model>::run(self.hand, call, &self.mail),
                Effect::Outside(call) => {
                    if let Some(msg) = Handler::<Model>::outside(self.hand, call) {
                        self.tell(msg);
                    }
                }
                Effect::Copy(text) => self.copied.push(text),
                Effect::Redraw => self.shown = PlainView::default(),
                Effect::Suspend => self.model.warn(
                    "With --plain, only the terminal can suspend the program: press Ctrl+Z.".to_string(),
                ),
                // There is no mouse.
                Effect::Mouse(_) => {}
                Effect::Quit => self.has_quit = true,
            }
        }
    }

    /// Does what a line asks for.
    fn act(&mut self, line: &str) {
        let line = line.trim_end_matches('\r');
        let context = self.model.context();
        match line.strip_prefix(':') {
            None if line.is_empty() => self.tell(Msg::Key(KeyCode::Enter.into())),
            None if context.is_text() => self.type_line(line, context),
            command => self.perform(command.unwrap_or(line).trim()),
        }
    }

    /// Types a line into a text input. In a prompt, that is the whole answer.
    fn type_line(&mut self, line: &str, context: Context) {
        match context {
            Context::Text => self.tell(Msg::Paste(format!("{line}\n"))),
            _ => {
                // The line replaces what is there.
                self.model.write(|input| input.stroke(TextEdit::SelectAll));
                self.tell(Msg::Paste(line.to_string()));
            }
        }
        if context == Context::Writing {
            self.tell(Msg::Key(KeyCode::Enter.into()));
        }
    }

    /// Runs a command, opens the form of a method, or presses a key.
    fn perform(&mut self, line: &str) {
        let (word, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let argument = argument.trim().to_string();
        let action = match self.model.commands.named(word) {
            Some(command) => Some(Action::Command(command)),
            None => Op::named(word).map(Action::Op),
        };
        self.model.log.seen();
        match (action, keys::parse(word)) {
            (Some(action), _) => self.tell(Msg::Perform(Box::new(action), argument)),
            (None, Some(key)) => self.tell(Msg::Key(key)),
            (None, None) => {
                let names = self.model.commands.all().map(|command| command.name);
                let nearest = nearest(word, names);
                let nearest = nearest.map_or(String::new(), |name| format!(" Did you mean {name}?"));
                let word = visible(word);
                self.model.warn(format!(
                    "There is no command {word}.{nearest} Type help to list all commands."
                ));
            }
        }
    }

    /// Prints the message, and what has changed in the pane or the overlay: everything if it is another one.
    fn print(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if let Some(sentence) = self.model.log.fresh() {
            let kind = if sentence.bad { "Warning: " } else { "" };
            writeln!(out, "{kind}{}", visible(&sentence.text))?;
        }
        self.model.log.seen();
        for text in self.copied.drain(..) {
            writeln!(out, "Copied:")?;
            for line in text.lines() {
                writeln!(out, "{}", visible(line))?;
            }
        }
        let mut view = PlainView::of(self.model);
        if view.context == Some(Context::Writing) {
            // The pane below is still the same.
            view.context = self.shown.context;
            writeln!(out, "{}", view.prompt)?;
        }
        let is_titled = view.title != self.shown.title;
        let is_other =
            view.context != self.shown.context || is_titled && view.rows.len() != self.shown.rows.len();
        if is_other || is_titled {
            writeln!(out, "{}", view.title)?;
        }
        let selected = |view: &PlainView| view.selected.and_then(|at| view.rows.get(at).cloned());
        let has_moved = selected(&view) != selected(&self.shown);
        for (at, row) in view.rows.iter().enumerate() {
            let is_selected = view.selected == Some(at);
            if is_other || is_selected && has_moved || !self.shown.rows.contains(row) {
                writeln!(out, "{}{row}", if is_selected { "> " } else { "  " })?;
            }
        }
        self.shown = view;
        Ok(())
    }
}

impl PlainView {
    fn of(model: &Model) -> Self {
        let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        draw(model, &mut buffer);
        let at = model.arrangement();
        let front = model
            .overlays
            .front()
            .and_then(|index| model.overlays.iter().nth(index));
        let area = match front {
            Some(over) => overlay::area(over, &at),
            None => at.place(model.layout.focus).unwrap_or(at.body),
        };
        let mut view = Self {
            context: Some(model.context()),
            title: title_of(&buffer, area),
            prompt: title_of(&buffer, at.bar),
            ..Self::default()
        };
        let inside = inner(area);
        for y in inside.top()..inside.bottom() {
            let (row, is_selected) = row_of(&text_of(&buffer, inside, y));
            if row.is_empty() {
                continue;
            }
            if is_selected {
                view.selected = Some(view.rows.len());
            }
            view.rows.push(row);
        }
        view
    }
}

/// Returns the text of the first row of an area without the border around it.
fn title_of(buffer: &Buffer, area: Rect) -> String {
    text_of(buffer, area, area.y).trim_matches(is_line).to_string()
}

/// Returns a row without the sign of the cursor, and whether it has that sign.
fn row_of(text: &str) -> (String, bool) {
    match text.strip_prefix('\u{25b8}') {
        Some(rest) => (rest.to_string(), true),
        None => (text.strip_prefix(' ').unwrap_or(text).to_string(), false),
    }
}

/// Returns whether a character is white space or draws a line or a block.
fn is_line(c: char) -> bool {
    matches!(c, '\u{2500}'..='\u{259f}') || c.is_whitespace()
}

/// Returns the text of a row of cells, without lines and white space at its end.
fn text_of(buffer: &Buffer, area: Rect, y: u16) -> String {
    let mut text = String::new();
    let mut x = area.left();
    while x < area.right() {
        let symbol = buffer[(x, y)].symbol();
        text.push_str(symbol);
        // The cells that a wide character covers have no text of their own.
        x += u16::try_from(width(symbol).max(1)).unwrap_or(1);
    }
    text.truncate(text.trim_end_matches(is_line).len());
    text
}
