//! The mouse, in the SGR form: `CSI < BUTTON ; COLUMN ; ROW M`, or `m` when a button is released.

use crossterm::event::{KeyModifiers, MouseButton, MouseEvent, MouseEventKind};

/// The bits of the button number.
const BUTTON: u16 = 0b11;
const SHIFT: u16 = 0b100;
const ALT: u16 = 0b1000;
const CONTROL: u16 = 0b1_0000;
const MOTION: u16 = 0b10_0000;
const WHEEL: u16 = 0b100_0000;
/// More buttons than three and the wheel.
const OTHERS: u16 = !0b111_1111;

/// Returns the event of a sequence with these parameters and this final character, or `None` if it is not one.
pub(super) fn event(body: &str, last: char) -> Option<MouseEvent> {
    let mut numbers = body.strip_prefix('<')?.split(';');
    let mut number = || {
        let text = numbers.next()?;
        let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| is_number)
    };
    let (bits, column, row) = (number()?, number()?, number()?);
    if numbers.next().is_some() || bits & OTHERS != 0 {
        return None;
    }
    let button = match bits & BUTTON {
        0 => Some(MouseButton::Left),
        1 => Some(MouseButton::Middle),
        2 => Some(MouseButton::Right),
        _ => None,
    };
    let is_wheel = bits & WHEEL != 0;
    let kind = match (bits & BUTTON, last) {
        (0, 'M') if is_wheel => MouseEventKind::ScrollUp,
        (1, 'M') if is_wheel => MouseEventKind::ScrollDown,
        (2, 'M') if is_wheel => MouseEventKind::ScrollLeft,
        (_, 'M') if is_wheel => MouseEventKind::ScrollRight,
        _ if is_wheel => return None,
        (_, 'M') if bits & MOTION != 0 => button.map_or(MouseEventKind::Moved, MouseEventKind::Drag),
        (_, 'M') => MouseEventKind::Down(button?),
        _ => MouseEventKind::Up(button?),
    };
    let mut modifiers = KeyModifiers::NONE;
    for (bit, modifier) in [
        (SHIFT, KeyModifiers::SHIFT),
        (ALT, KeyModifiers::ALT),
        (CONTROL, KeyModifiers::CONTROL),
    ] {
        modifiers.set(modifier, bits & bit != 0);
    }
    Some(MouseEvent {
        kind,
        column: column.checked_sub(1)?,
        row: row.checked_sub(1)?,
        modifiers,
    })
}
