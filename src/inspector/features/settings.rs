//! The settings that are remembered between runs: puts them into the model at the start, and saves them whenever they
//! change.

use crate::inspector::configuration::Configuration;
use crate::inspector::features::presets;
use crate::inspector::layout::Shape;
use crate::inspector::layout::presets::PRESETS;
use crate::inspector::panes::PANES;
use crate::inspector::panes::history::facets::{self, Facet};
use crate::inspector::panes::history::view::Density;
use crate::inspector::panes::threads::columns::{self, COLUMNS};
use crate::inspector::panes::threads::list::query::{ListForm, Sort};
use crate::inspector::runtime::event_loop::Effect;
use crate::inspector::state::effect::{Call, Effects};
use crate::inspector::state::model::Model;
use crate::inspector::state::settings::{
    HistorySettings, PresetSettings, Settings, StartSettings, ThreadSettings, VERSION,
};

/// Puts the settings into the model, then what the configuration sets. Call this before the first key.
pub fn start(
    model: &mut Model,
    settings: Option<&Settings>,
    configuration: &Configuration,
    is_explored: bool,
) {
    if let Some(settings) = settings {
        restore(model, settings);
    }
    configure(model, configuration);
    model.settings.start = usize::from(!is_explored);
    presets::switch(model, model.settings.starts[model.settings.start]);
    model.session.refresh();
    model.settings.saved = of(model);
}

/// Saves the settings if they have changed.
pub fn settle(model: &mut Model, effects: &mut Effects) {
    let Some(path) = &model.settings.path else {
        return;
    };
    let path = path.clone();
    model.settings.starts[model.settings.start] = model.layout.preset;
    let settings = of(model);
    if settings == model.settings.saved {
        return;
    }
    #[expect(clippy::expect_used, reason = "all keys are strings")]
    let text = serde_json::to_string_pretty(&settings).expect("settings are written as JSON") + "\n";
    model.settings.saved = settings;
    effects.push(Effect::Run(Call::KeepSettings { path, text }));
}

/// Reads the settings from the model.
pub fn of(model: &Model) -> Settings {
    let [files, other] = model.settings.starts.map(|preset| preset.row().name.to_string());
    let presets = PRESETS.iter().map(|row| {
        let shape = &model.layout.shapes[row.preset.index()];
        let folded = PANES.iter().filter(|pane| shape.folded[pane.pane.index()]);
        let settings = PresetSettings {
            folded: folded.map(|pane| pane.title.to_string()).collect(),
            sizes: shape.extra,
            transcript: Some(model.settings.transcripts[row.preset.index()]),
        };
        (row.name.to_string(), settings)
    });
    let (query, history) = (&model.session.threads.query, &model.session.history);
    let columns = model.columns.as_ref();
    Settings {
        version: VERSION,
        start: StartSettings { files, other },
        presets: presets.collect(),
        threads: ThreadSettings {
            sort: query.sort.name().to_string(),
            reversed: query.reversed,
            form: query.form.name().to_string(),
            columns: columns.map(|columns| columns.iter().map(|at| COLUMNS[*at].name.to_string()).collect()),
        },
        history: HistorySettings {
            density: history.density.name().to_string(),
            hidden: history.hidden.iter().map(facet_name).collect(),
            repeats: history.shows_repeats,
        },
        hinted: model.settings.hint_keys == 0,
    }
}

fn restore(model: &mut Model, settings: &Settings) {
    let preset = |name: &str| PRESETS.iter().find(|row| row.name == name);
    let starts = [&settings.start.files, &settings.start.other];
    for (start, name) in model.settings.starts.iter_mut().zip(starts) {
        *start = preset(name).map_or(*start, |row| row.preset);
    }
    for (name, kept) in &settings.presets {
        let Some(row) = preset(name) else { continue };
        if let Some(transcript) = kept.transcript {
            model.settings.transcripts[row.preset.index()] = transcript;
        }
        let mut shape = Shape {
            extra: kept.sizes.limited(),
            ..Shape::default()
        };
        for pane in PANES {
            shape.folded[pane.pane.index()] = kept.folded.iter().any(|title| title == pane.title);
        }
        // One pane is always open.
        if shape.folded.iter().any(|folded| !folded) {
            model.layout.shapes[row.preset.index()] = shape;
        }
    }
    let threads = &settings.threads;
    let query = &mut model.session.threads.query;
    query.sort = Sort::named(&threads.sort).unwrap_or_default();
    query.reversed = threads.reversed;
    query.form = ListForm::named(&threads.form).unwrap_or_default();
    let known = |names: &Vec<String>| names.iter().filter_map(|name| columns::named(name)).collect();
    model.columns = threads.columns.as_ref().map(known);
    let history = &mut model.session.history;
    history.density = Density::named(&settings.history.density).unwrap_or_default();
    history.hidden = facets::all()
        .filter(|facet| settings.history.hidden.contains(&facet_name(facet)))
        .collect();
    history.shows_repeats = settings.history.repeats;
}

fn configure(model: &mut Model, configuration: &Configuration) {
    let presets = [configuration.preset_files, configuration.preset_other];
    for (start, preset) in model.settings.starts.iter_mut().zip(presets) {
        *start = preset.unwrap_or(*start);
    }
    if let Some(columns) = &configuration.columns {
        model.columns.clone_from(columns);
    }
    model.clipboard = configuration.clipboard;
    model.masks_secrets = configuration.masks_secrets;
}

fn facet_name((outer, name, role): &Facet) -> String {
    format!("{outer}/{name}/{}", role.name())
}
