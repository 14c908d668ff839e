//! The fourteen call counters, one for each counted row of OPS, in that order.

use crate::contract::{Op, ops_table};

macro_rules! counters {
    (
        counted { $( $counted:ident $Counted:ident ($CountedParams:ty) -> $CountedAnswer:ident $about:literal; )* }
        uncounted { $( $free:ident $Free:ident ($FreeParams:ty) -> $FreeAnswer:ident $free_about:literal; )* }
    ) => {
        /// The number of calls of each counted method, including failed calls (rules C1 to C4).
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub struct InMemoryThreadStoreCalls {
            $( #[doc = concat!("Calls of `", stringify!($counted), "`.")] pub $counted: usize, )*
        }

        impl InMemoryThreadStoreCalls {
            /// The counter of a method; `None` for a method that is never counted.
            pub fn get(&self, op: Op) -> Option<usize> {
                match op {
                    $( Op::$Counted => Some(self.$counted), )*
                    $( Op::$Free => None, )*
                }
            }

            /// The total number of counted calls.
            pub fn total(&self) -> usize {
                [$( self.$counted ),*].into_iter().fold(0, usize::saturating_add)
            }

            /// Adds to the counter of a method, or subtracts from it.
            pub(super) fn count(&mut self, op: Op, calls: isize) {
                match op {
                    $( Op::$Counted => self.$counted = self.$counted.saturating_add_signed(calls), )*
                    $( Op::$Free => {} )*
                }
            }
        }
    };
}
ops_table!(counters);
