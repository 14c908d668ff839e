//! The newer form of an agent's permissions: a list of files, and the network.

use serde::{Deserialize, Deserializer, Serialize};

use super::AbsolutePath;

/// What an agent can access. An older JSON form without `type` is accepted too; unknown keys in it are rejected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PermissionProfile {
    /// Access only to the listed files and, if allowed, to the network; enforced by a sandbox.
    Managed {
        /// The files.
        file_system: ManagedFileSystem,
        /// The network.
        network: NetworkSandboxPolicy,
    },
    /// Unrestricted access.
    Disabled,
    /// Whatever an external sandbox allows.
    External {
        /// Whether that sandbox allows network access.
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
        enum PermissionProfileWire {
            Tagged(Tagged),
            Older(Older),
        }
        Ok(match PermissionProfileWire::deserialize(deserializer)? {
            PermissionProfileWire::Tagged(Tagged::Managed { file_system, network }) => {
                Self::Managed { file_system, network }
            }
            PermissionProfileWire::Tagged(Tagged::Disabled) => Self::Disabled,
            PermissionProfileWire::Tagged(Tagged::External { network }) => Self::External { network },
            PermissionProfileWire::Older(Older { network, file_system }) => {
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
    /// Only the listed files.
    Restricted {
        /// The list.
        entries: Vec<SandboxEntry>,
        /// The maximum depth of pattern matches; omitted in JSON if there is no limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        glob_scan_max_depth: Option<usize>,
    },
    /// All.
    Unrestricted,
}

/// The files that a sandbox allows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSystemSandboxPolicy {
    /// Whether the list applies.
    pub kind: FileSystemSandboxKind,
    /// The maximum depth of pattern matches; omitted in JSON if there is no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub glob_scan_max_depth: Option<usize>,
    /// The list; omitted in JSON if it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<SandboxEntry>,
}

/// Whether the list of files applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileSystemSandboxKind {
    /// The list applies.
    Restricted,
    /// All files are accessible.
    Unrestricted,
    /// An external sandbox decides.
    ExternalSandbox,
}

/// A set of files and the access to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SandboxEntry {
    /// The files.
    pub path: SandboxPath,
    /// The access.
    pub access: SandboxAccess,
}

/// The access to files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SandboxAccess {
    /// Read access.
    Read,
    /// Read and write access.
    Write,
    /// No access.
    None,
}

/// The files that an entry applies to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SandboxPath {
    /// A file, or a folder and its contents.
    Path {
        /// Its path.
        path: AbsolutePath,
    },
    /// All files that match a pattern.
    GlobPattern {
        /// The pattern.
        pattern: String,
    },
    /// A location whose path depends on the machine.
    Special {
        /// The location.
        value: SpecialPath,
    },
}

/// A location whose path depends on the machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SpecialPath {
    /// The whole file system.
    Root,
    /// The files that every program needs.
    Minimal,
    /// The folders that the agent works in.
    #[serde(alias = "current_working_directory")]
    ProjectRoots {
        /// A path within each of these folders.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subpath: Option<String>,
    },
    /// The folder that `TMPDIR` names.
    Tmpdir,
    /// `/tmp`.
    SlashTmp,
    /// A location that is unknown to this version.
    Unknown {
        /// Its name.
        path: String,
        /// A path within the location.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subpath: Option<String>,
    },
}

/// Whether network access is allowed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkSandboxPolicy {
    /// No network access.
    #[default]
    Restricted,
    /// Network access.
    Enabled,
}
