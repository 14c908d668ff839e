//! Tests of the theme: detection from the environment, one row for each role, and states that are visible without
//! colors.

use super::*;

fn detected(env: &[(&str, &str)]) -> ColorLevel {
    ColorLevel::detect(|name| {
        env.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| OsString::from(value))
    })
}

#[test]
fn the_environment_decides() {
    for (env, level) in [
        (&[][..], ColorLevel::None),
        (&[("TERM", "dumb")], ColorLevel::None),
        (&[("TERM", "xterm-mono")], ColorLevel::None),
        (&[("TERM", "vt100")], ColorLevel::None),
        (&[("TERM", "linux")], ColorLevel::Named),
        (&[("TERM", "xterm-256color")], ColorLevel::Indexed),
        (&[("TERM", "alacritty")], ColorLevel::Indexed),
        (&[("TERM", "xterm-direct")], ColorLevel::True),
        (&[("TERM", "xterm"), ("COLORTERM", "truecolor")], ColorLevel::True),
        (
            &[("TERM", "xterm"), ("COLORTERM", "truecolor"), ("NO_COLOR", "1")],
            ColorLevel::None,
        ),
        (
            &[("TERM", "xterm-256color"), ("NO_COLOR", "")],
            ColorLevel::Indexed,
        ),
    ] {
        assert_eq!(detected(env), level, "{env:?}");
    }
}

#[test]
fn every_role_stands_at_its_own_row() {
    for (i, (role, ..)) in STYLES.iter().enumerate() {
        assert_eq!(*role as usize, i, "{role:?}");
    }
    assert_eq!(STYLES.len(), Role::JsonPunctuation as usize + 1);
}

#[test]
fn without_colours_nothing_is_coloured() {
    for (role, ..) in STYLES {
        let style = Theme::new(ColorLevel::None).style(*role);
        assert_eq!(
            (style.fg, style.bg, style.underline_color),
            (None, None, None),
            "{role:?}"
        );
    }
}

#[test]
fn each_level_speaks_its_own_colours() {
    let bad = |level| Theme::new(level).style(Role::Bad).fg;
    assert_eq!(bad(ColorLevel::None), None);
    assert_eq!(bad(ColorLevel::Named), Some(Color::Red));
    assert!(matches!(bad(ColorLevel::Indexed), Some(Color::Indexed(_))));
    assert!(matches!(bad(ColorLevel::True), Some(Color::Rgb(..))));
}

#[test]
fn what_must_be_told_apart_differs_without_colours() {
    let style = |role| Theme::new(ColorLevel::None).style(role);
    for (one, other) in [
        (Role::Cursor, Role::Text),
        (Role::BorderFocused, Role::Border),
        (Role::TitleFocused, Role::Title),
        (Role::Set, Role::Leave),
        (Role::Damage, Role::Text),
        (Role::Symbol, Role::Text),
    ] {
        assert_ne!(style(one), style(other), "{one:?} and {other:?}");
    }
}

#[test]
fn a_theme_is_found_by_its_name_and_follows_the_background_if_its_hues_do() {
    let named = |name: &str| Theme::new(ColorLevel::True).named(name.parse().unwrap());
    let follows: Vec<&str> = ThemeName::all()
        .filter(|name| named(name).follows_background())
        .collect();
    assert_eq!(follows, ["auto", "high-contrast", "color-blind"]);
    for level in [ColorLevel::None, ColorLevel::Named] {
        assert!(!Theme::new(level).follows_background(), "{level:?}");
    }
    assert_eq!(ThemeName::default().text(), "auto");
    let (mut name, mut seen) = (ThemeName::default(), Vec::new());
    for _ in ThemeName::all() {
        seen.push(name.text());
        name = name.next();
    }
    assert_eq!((seen, name), (ThemeName::all().collect(), ThemeName::default()));
    let unknown = "blue".parse::<ThemeName>().unwrap_err().to_string();
    assert_eq!(
        unknown,
        "there is no theme \"blue\": the themes are auto, dark, light, high-contrast, color-blind, 16, none"
    );
}

#[test]
fn the_background_selects_the_hues() {
    let theme = Theme::new(ColorLevel::True);
    let style = |theme: Theme| theme.style(Role::Good);
    let named = |name: &str| theme.named(name.parse().unwrap());
    assert_eq!(style(theme.on(Background::Dark)), style(named("dark")));
    assert_eq!(style(theme.on(Background::Light)), style(named("light")));
    assert_eq!(
        style(named("dark").on(Background::Light)),
        style(named("dark")),
        "a theme that was chosen stays"
    );
    assert_eq!(named("16").style(Role::Good).fg, Some(Color::Green));
    assert_eq!(named("none").style(Role::Good).fg, None);
    for (color, background) in [
        ([0.0, 0.0, 0.0], Background::Dark),
        ([0.0, 0.17, 0.21], Background::Dark),
        ([0.99, 0.96, 0.89], Background::Light),
        ([1.0, 1.0, 1.0], Background::Light),
    ] {
        assert_eq!(Background::of(color), background, "{color:?}");
    }
}
