//! Decodes bytes to events, without access to a terminal or a clock. The caller reports pauses.
//!
//! Every event is a key, a paste, the mouse, or an answer to a question of this program. Other input is discarded as a
//! whole, in however many pieces it arrives.

use std::collections::VecDeque;

use crossterm::event::Event;

use super::Pause;
use super::forms::{Introducer, Parser, SequenceForm};
use super::keys::keys;
use super::paste::{Paste, Pasted};
use super::{answers, mouse};
use crate::inspector::runtime::event_loop::{PasteNotice, TermEvent};

/// Decodes terminal input to events.
#[derive(Debug)]
pub(super) struct Decoder {
    parser: Parser,
    paste: Option<Paste>,
    /// The maximum number of stored bytes of a paste.
    limit: usize,
    events: VecDeque<TermEvent>,
    forms: Vec<SequenceForm>,
}

impl Decoder {
    /// Creates a decoder that stores at most `limit` bytes of each paste.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            parser: Parser::default(),
            paste: None,
            limit,
            events: VecDeque::new(),
            forms: Vec::new(),
        }
    }

    /// Processes input.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match &mut self.paste {
                None => {
                    self.parser.push(*byte, &mut self.forms);
                    self.take_forms();
                }
                Some(paste) => {
                    if let Some(pasted) = paste.push(*byte) {
                        self.paste = None;
                        self.pasted(pasted);
                    }
                }
            }
        }
    }

    /// Returns the next event, if there is one.
    pub(super) fn next(&mut self) -> Option<TermEvent> {
        self.events.pop_front()
    }

    /// Drops the answers among the events, and returns whether the last one was there.
    pub(super) fn drop_answers(&mut self) -> bool {
        let is_last = self.events.contains(&TermEvent::Answered);
        self.events
            .retain(|event| !matches!(event, TermEvent::Background(_) | TermEvent::Answered));
        is_last
    }

    /// Returns the kind of pause that would end the current input, or `None` if a pause would end nothing.
    pub(super) fn pending(&self) -> Option<Pause> {
        match &self.paste {
            Some(paste) => (!paste.is_unfinished()).then_some(Pause::Paste),
            None => self.parser.pending(),
        }
    }

    /// Handles the pause of [`Decoder::pending`].
    pub(super) fn pause(&mut self) {
        match &mut self.paste {
            Some(paste) if paste.is_unfinished() => {}
            Some(paste) => {
                paste.pause();
                self.events.push_back(TermEvent::Paste(PasteNotice::Unfinished));
            }
            None => {
                self.parser.pause(&mut self.forms);
                self.take_forms();
            }
        }
    }

    fn take_forms(&mut self) {
        for form in self.forms.drain(..) {
            match &form {
                SequenceForm::Function {
                    introducer,
                    body,
                    last: '~',
                    alt,
                } if body == "200" => {
                    if *alt {
                        self.events.extend(keys(&form).into_iter().map(event));
                    }
                    self.paste = Some(Paste::begin(*introducer, self.limit));
                }
                SequenceForm::Osc(text) => self.events.extend(answers::background(text)),
                SequenceForm::Function {
                    introducer: Introducer::Csi | Introducer::C1Csi,
                    body,
                    last: 'c',
                    alt: false,
                } if answers::is_last(body) => self.events.push_back(TermEvent::Answered),
                SequenceForm::Function {
                    introducer: Introducer::Csi | Introducer::C1Csi,
                    body,
                    last: last @ ('M' | 'm'),
                    alt: false,
                } if let Some(event) = mouse::event(body, *last) => {
                    self.events.push_back(TermEvent::Event(Event::Mouse(event)));
                }
                _ => self.events.extend(keys(&form).into_iter().map(event)),
            }
        }
    }

    fn pasted(
        &mut self,
        Pasted {
            text,
            is_cut,
            was_unfinished,
        }: Pasted,
    ) {
        self.events.push_back(TermEvent::Event(Event::Paste(text)));
        if is_cut {
            let limit = self.limit;
            self.events
                .push_back(TermEvent::Paste(PasteNotice::Cut { limit }));
        } else if was_unfinished {
            self.events.push_back(TermEvent::Paste(PasteNotice::Ended));
        }
    }
}

fn event(key: crossterm::event::KeyEvent) -> TermEvent {
    TermEvent::Event(Event::Key(key))
}
