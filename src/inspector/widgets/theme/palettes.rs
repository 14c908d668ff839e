//! The THEMES table: one row for each theme, with its hues on a dark background, on a light one, and on one that is not
//! known. The module `theme` says which role has which hue.
//!
//! Hues for a dark background have a contrast of at least 4.5 (WCAG) against all backgrounds from black to #1e1e1e,
//! those for a light one against all from white to #f0f0f0. In the theme `high-contrast` it is at least 7.

use ratatui::style::Color;

use super::ColorLevel;

/// The name of a color in the table of roles. A theme decides what it looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HueName {
    Cyan,
    Green,
    Yellow,
    Red,
    Blue,
    Magenta,
    Grey,
}

/// A hue at the three levels with colors. `Color::Reset` is the foreground of the terminal.
#[derive(Debug)]
pub(super) struct Hue {
    pub(super) named: Color,
    pub(super) indexed: Color,
    pub(super) rgb: Color,
}

/// The hues of a theme on one background, by [`HueName`].
pub(super) type Palette = [Hue; 7];

/// A row of [`THEMES`].
pub(super) struct ThemeRow {
    /// The name on the command line and in the palette.
    pub(super) name: &'static str,
    /// The highest level that the theme uses.
    pub(super) most: ColorLevel,
    /// The hues on a dark background, on a light one, and on one that is not known.
    pub(super) palettes: [&'static Palette; 3],
}

/// All themes, in the order in which `:theme` goes through them.
pub(super) static THEMES: &[ThemeRow] = &[
    ThemeRow {
        name: "auto",
        most: ColorLevel::True,
        palettes: [&DARK, &LIGHT, &BOTH],
    },
    ThemeRow {
        name: "dark",
        most: ColorLevel::True,
        palettes: [&DARK; 3],
    },
    ThemeRow {
        name: "light",
        most: ColorLevel::True,
        palettes: [&LIGHT; 3],
    },
    ThemeRow {
        name: "high-contrast",
        most: ColorLevel::True,
        palettes: [&HIGH_ON_DARK, &HIGH_ON_LIGHT, &FOREGROUND],
    },
    ThemeRow {
        name: "color-blind",
        most: ColorLevel::True,
        palettes: [&SAFE_ON_DARK, &SAFE_ON_LIGHT, &SAFE],
    },
    ThemeRow {
        name: "16",
        most: ColorLevel::Named,
        palettes: [&BOTH; 3],
    },
    ThemeRow {
        name: "none",
        most: ColorLevel::None,
        palettes: [&BOTH; 3],
    },
];

const fn hue(named: Color, indexed: u8, rgb: (u8, u8, u8)) -> Hue {
    Hue {
        named,
        indexed: Color::Indexed(indexed),
        rgb: Color::Rgb(rgb.0, rgb.1, rgb.2),
    }
}

/// A hue that no color of the palette of 256 has with enough contrast.
const fn only_true(named: Color, (red, green, blue): (u8, u8, u8)) -> Hue {
    Hue {
        named,
        indexed: Color::Reset,
        rgb: Color::Rgb(red, green, blue),
    }
}

const NONE: Hue = Hue {
    named: Color::Reset,
    indexed: Color::Reset,
    rgb: Color::Reset,
};

/// Only the foreground of the terminal: it has the highest contrast on every background.
static FOREGROUND: Palette = [NONE; 7];

/// Hues that can be read on black and on white.
static BOTH: Palette = [
    hue(Color::Cyan, 37, (0, 151, 167)),
    hue(Color::Green, 71, (67, 150, 80)),
    hue(Color::Yellow, 172, (196, 125, 8)),
    hue(Color::Red, 167, (214, 77, 77)),
    hue(Color::Blue, 68, (74, 134, 216)),
    hue(Color::Magenta, 133, (172, 98, 178)),
    hue(Color::Reset, 245, (132, 138, 146)),
];

static DARK: Palette = [
    hue(Color::Cyan, 80, (77, 208, 225)),
    hue(Color::Green, 114, (129, 199, 132)),
    hue(Color::Yellow, 215, (240, 180, 80)),
    hue(Color::Red, 210, (240, 120, 120)),
    hue(Color::Blue, 111, (120, 170, 245)),
    hue(Color::Magenta, 176, (206, 147, 216)),
    hue(Color::Reset, 247, (150, 156, 164)),
];

static LIGHT: Palette = [
    hue(Color::Cyan, 23, (0, 105, 120)),
    hue(Color::Green, 22, (30, 110, 40)),
    hue(Color::Yellow, 94, (140, 80, 0)),
    hue(Color::Red, 124, (185, 28, 28)),
    hue(Color::Blue, 25, (25, 90, 190)),
    hue(Color::Magenta, 90, (130, 50, 140)),
    hue(Color::Reset, 241, (95, 100, 108)),
];

static HIGH_ON_DARK: Palette = [
    hue(Color::Cyan, 87, (110, 230, 245)),
    hue(Color::Green, 120, (140, 235, 145)),
    hue(Color::Yellow, 221, (255, 210, 90)),
    hue(Color::Red, 217, (255, 160, 160)),
    hue(Color::Blue, 117, (160, 200, 255)),
    hue(Color::Magenta, 219, (235, 180, 245)),
    hue(Color::Reset, 251, (190, 195, 200)),
];

static HIGH_ON_LIGHT: Palette = [
    only_true(Color::Reset, (0, 70, 85)),
    only_true(Color::Reset, (0, 80, 20)),
    hue(Color::Reset, 52, (100, 55, 0)),
    hue(Color::Red, 88, (140, 0, 0)),
    hue(Color::Blue, 18, (0, 55, 140)),
    hue(Color::Magenta, 53, (95, 20, 110)),
    hue(Color::Reset, 238, (65, 70, 75)),
];

// The colors of Okabe and Ito: what is good is blue, what is bad is orange, so that nobody has to tell red from green.
static SAFE: Palette = [
    hue(Color::Cyan, 36, (0, 158, 115)),
    hue(Color::Blue, 32, (40, 140, 200)),
    hue(Color::Yellow, 136, (170, 140, 0)),
    hue(Color::Red, 166, (213, 94, 0)),
    hue(Color::Cyan, 98, (110, 110, 220)),
    hue(Color::Magenta, 169, (204, 121, 167)),
    hue(Color::Reset, 245, (132, 138, 146)),
];

static SAFE_ON_DARK: Palette = [
    hue(Color::Cyan, 43, (40, 190, 150)),
    hue(Color::Blue, 75, (86, 180, 233)),
    hue(Color::Yellow, 221, (240, 228, 66)),
    hue(Color::Red, 209, (230, 125, 50)),
    hue(Color::Cyan, 141, (160, 150, 255)),
    hue(Color::Magenta, 175, (214, 140, 180)),
    hue(Color::Reset, 247, (150, 156, 164)),
];

static SAFE_ON_LIGHT: Palette = [
    hue(Color::Cyan, 23, (0, 110, 80)),
    hue(Color::Blue, 24, (0, 100, 150)),
    hue(Color::Yellow, 94, (120, 95, 0)),
    hue(Color::Red, 124, (165, 70, 0)),
    hue(Color::Cyan, 54, (80, 60, 190)),
    hue(Color::Magenta, 96, (145, 65, 110)),
    hue(Color::Reset, 241, (95, 100, 108)),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The color of an index of the palette of 256.
    fn of_index(index: u8) -> [u8; 3] {
        const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
        match index {
            0..16 => panic!("the named colors differ from terminal to terminal"),
            16..232 => {
                let index = usize::from(index - 16);
                [index / 36, index / 6 % 6, index % 6].map(|step| STEPS[step])
            }
            232.. => [8 + 10 * (index - 232); 3],
        }
    }

    fn luminance(color: [u8; 3]) -> f64 {
        let linear = color.map(|part| {
            let part = f64::from(part) / 255.0;
            match part <= 0.04045 {
                true => part / 12.92,
                false => ((part + 0.055) / 1.055).powf(2.4),
            }
        });
        0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    }

    fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn the_contrast_of_black_and_white_is_the_highest() {
        assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 0.001);
        assert!((contrast(of_index(244), [255; 3]) - 3.95).abs() < 0.01);
    }

    #[test]
    fn each_hue_can_be_read_on_the_backgrounds_that_it_is_for() {
        let dark = (0..=0x1e).map(|grey| [grey; 3]);
        let light = (0xf0..=0xff).map(|grey| [grey; 3]);
        let mut low = Vec::new();
        for (name, least, on_dark, on_light) in [
            ("dark and light", 4.5, &DARK, &LIGHT),
            ("high-contrast", 7.0, &HIGH_ON_DARK, &HIGH_ON_LIGHT),
            ("color-blind", 4.5, &SAFE_ON_DARK, &SAFE_ON_LIGHT),
        ] {
            let on_dark = dark.clone().map(|background| (on_dark, background));
            let on_light = light.clone().map(|background| (on_light, background));
            for (palette, background) in on_dark.chain(on_light) {
                for hue in palette {
                    for color in [hue.indexed, hue.rgb] {
                        let color = match color {
                            Color::Indexed(index) => of_index(index),
                            Color::Rgb(red, green, blue) => [red, green, blue],
                            _ => continue,
                        };
                        let contrast = contrast(color, background);
                        if contrast < least {
                            low.push(format!("{name}: {hue:?} on {background:?}: {contrast:.2}"));
                        }
                    }
                }
            }
        }
        assert!(low.is_empty(), "{low:#?}");
    }

    #[test]
    fn what_is_good_and_what_is_bad_differ_in_lightness_or_blue_for_color_blind_people() {
        // People who cannot tell red from green see the same sum of red and green; blue remains.
        for palette in [&SAFE, &SAFE_ON_DARK, &SAFE_ON_LIGHT] {
            let [good, bad] = [HueName::Green, HueName::Red].map(|name| palette[name as usize].rgb);
            let (Color::Rgb(.., good), Color::Rgb(.., bad)) = (good, bad) else {
                panic!("{good:?} and {bad:?} are rgb");
            };
            assert!(good.abs_diff(bad) >= 100, "{good} and {bad}");
        }
    }
}
