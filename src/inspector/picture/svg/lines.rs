//! Box-drawing characters as shapes that reach the edges of their cells.

/// The thickness of the left, right, top and bottom arm: 0 for none, 1 for light, 2 for heavy.
type Arms = [u8; 4];

const ARMS: &[(char, Arms)] = &[
    ('─', [1, 1, 0, 0]),
    ('━', [2, 2, 0, 0]),
    ('│', [0, 0, 1, 1]),
    ('┃', [0, 0, 2, 2]),
    ('┌', [0, 1, 0, 1]),
    ('╭', [0, 1, 0, 1]),
    ('┏', [0, 2, 0, 2]),
    ('┐', [1, 0, 0, 1]),
    ('╮', [1, 0, 0, 1]),
    ('┓', [2, 0, 0, 2]),
    ('└', [0, 1, 1, 0]),
    ('╰', [0, 1, 1, 0]),
    ('┗', [0, 2, 2, 0]),
    ('┘', [1, 0, 1, 0]),
    ('╯', [1, 0, 1, 0]),
    ('┛', [2, 0, 2, 0]),
    ('├', [0, 1, 1, 1]),
    ('┣', [0, 2, 2, 2]),
    ('┤', [1, 0, 1, 1]),
    ('┫', [2, 0, 2, 2]),
    ('┬', [1, 1, 0, 1]),
    ('┳', [2, 2, 0, 2]),
    ('┴', [1, 1, 1, 0]),
    ('┻', [2, 2, 2, 0]),
    ('┼', [1, 1, 1, 1]),
    ('╋', [2, 2, 2, 2]),
];

/// The path that fills a cell as the character does, or `None` for any other character. The upper left corner of the
/// cell is at `x` and `y`; all numbers are pixels.
pub(super) fn shape(text: &str, x: f32, y: f32, width: f32, height: f32) -> Option<String> {
    let mut chars = text.chars();
    let (only, None) = (chars.next()?, chars.next()) else {
        return None;
    };
    // Blocks: how many eighths of the cell, from below or from the left.
    let eighths = match only {
        '▁'..='█' => Some((true, only as u32 - '▁' as u32 + 1)),
        '▉'..='▏' => Some((false, '▏' as u32 - only as u32 + 1)),
        _ => None,
    };
    if let Some((from_below, eighths)) = eighths {
        let part = eighths as f32 / 8.0;
        return Some(match from_below {
            true => rectangle(x, y + height * (1.0 - part), width, height * part),
            false => rectangle(x, y, width * part, height),
        });
    }
    let (_, [left, right, top, bottom]) = ARMS.iter().find(|(known, _)| *known == only)?;
    let thick = |arm: u8| f32::from(arm);
    let (middle_x, middle_y) = (x + width / 2.0, y + height / 2.0);
    let across = thick(*left.max(right)).max(thick(*top.max(bottom))) / 2.0;
    let mut path = String::new();
    if *left > 0 {
        path += &rectangle(
            x,
            middle_y - thick(*left) / 2.0,
            width / 2.0 + across,
            thick(*left),
        );
    }
    if *right > 0 {
        path += &rectangle(
            middle_x - across,
            middle_y - thick(*right) / 2.0,
            width / 2.0 + across,
            thick(*right),
        );
    }
    if *top > 0 {
        path += &rectangle(
            middle_x - thick(*top) / 2.0,
            y,
            thick(*top),
            height / 2.0 + across,
        );
    }
    if *bottom > 0 {
        path += &rectangle(
            middle_x - thick(*bottom) / 2.0,
            middle_y - across,
            thick(*bottom),
            height / 2.0 + across,
        );
    }
    Some(path)
}

fn rectangle(x: f32, y: f32, width: f32, height: f32) -> String {
    format!("M{x} {y}h{width}v{height}h-{width}z")
}
