//! What an agent can reach, in the newer form: files entry by entry, and the network.

use serde::{Deserialize, Deserializer, Serialize};

use super::AbsolutePath;

/// What an agent can reach. An older form without `type` is read too; there, keys that it does not know are refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PermissionProfile {
    /// What is listed, held by a sandbox.
    Managed {
        /// The files.
        file_system: ManagedFileSystem,
        /// The network.
        network: NetworkSandboxPolicy,
    },
    /// Everything.
    Disabled,
    /// Whatever a sandbox outside of the agent lets through.
    External {
        /// Whether that sandbox lets the network through.
        network: NetworkSandboxPolicy,
    },
}

impl<'de> Deserialize<'de> for PermissionProfile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        enum Tagged {
            Managed {
                file_system: ManagedFileSystem,
                network: NetworkSandboxPolicy,
            },
            Disabled,
            External {
                network: NetworkSandboxPolicy,
            },
        }
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Older {
            network: Option<OlderNetwork>,
            file_system: Option<OlderFileSystem>,
        }
        #[derive(Deserialize)]
        struct OlderNetwork {
            enabled: Option<bool>,
        }
        #[derive(Deserialize)]
        struct OlderFileSystem {
            #[serde(default)]
            entries: Vec<SandboxEntry>,
            glob_scan_max_depth: Option<usize>,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Tagged(Tagged),
            Older(Older),
        }
        Ok(match Wire::deserialize(deserializer)? {
            Wire::Tagged(Tagged::Managed { file_system, network }) => Self::Managed { file_system, network },
            Wire::Tagged(Tagged::Disabled) => Self::Disabled,
            Wire::Tagged(Tagged::External { network }) => Self::External { network },
            Wire::Older(Older { network, file_system }) => {
                let enabled = network.and_then(|network| network.enabled) == Some(true);
                let (entries, glob_scan_max_depth) = file_system
                    .map(|files| (files.entries, files.glob_scan_max_depth))
                    .unwrap_or_default();
                Self::Managed {
                    file_system: ManagedFileSystem::Restricted {
                        entries,
                        glob_scan_max_depth,
                    },
                    network: if enabled {
                        NetworkSandboxPolicy::Enabled
                    } else {
                        NetworkSandboxPolicy::Restricted
                    },
                }
            }
        })
    }
}

/// The files of a managed profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ManagedFileSystem {
    /// Those that are listed.
    Restricted {
        /// The list.
        entries: Vec<SandboxEntry>,
        /// How deep a pattern looks for files; not written if there is no limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        glob_scan_max_depth: Option<usize>,
    },
    /// All.
    Unrestricted,
}

/// The files that a sandbox opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSystemSandboxPolicy {
    /// Whether the list counts.
    pub kind: FileSystemSandboxKind,
    /// How deep a pattern looks for files; not written if there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glob_scan_max_depth: Option<usize>,
    /// The list; not written if it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<SandboxEntry>,
}

/// Whether the list of files counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileSystemSandboxKind {
    /// It does.
    Restricted,
    /// All files are open.
    Unrestricted,
    /// A sandbox outside of the agent decides.
    ExternalSandbox,
}

/// Some files and what may be done with them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxEntry {
    /// Which files.
    pub path: SandboxPath,
    /// What may be done.
    pub access: SandboxAccess,
}

/// What may be done with files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SandboxAccess {
    /// Reading.
    Read,
    /// Reading and writing.
    Write,
    /// Nothing.
    None,
}

/// Which files an entry is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SandboxPath {
    /// One file, or a folder and all in it.
    Path {
        /// Its path.
        path: AbsolutePath,
    },
    /// All that fit a pattern.
    GlobPattern {
        /// The pattern.
        pattern: String,
    },
    /// A place that has another path on each machine.
    Special {
        /// The place.
        value: SpecialPath,
    },
}

/// A place that has another path on each machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SpecialPath {
    /// The whole file system.
    Root,
    /// What every program needs.
    Minimal,
    /// The folders that are worked in.
    #[serde(alias = "current_working_directory")]
    ProjectRoots {
        /// A place within each.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subpath: Option<String>,
    },
    /// The folder that `TMPDIR` names.
    Tmpdir,
    /// `/tmp`.
    SlashTmp,
    /// A place that this version does not know.
    Unknown {
        /// Its name.
        path: String,
        /// A place within it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subpath: Option<String>,
    },
}

/// Whether the network can be reached.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkSandboxPolicy {
    /// It cannot.
    #[default]
    Restricted,
    /// It can.
    Enabled,
}
