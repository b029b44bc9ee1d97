//! What organisations are called where a person has several: where two look alike, each with what
//! tells it apart.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use oauth::model::{Membership, Organisation, Uuid};
use oauth::naming::looks;
use scope::{Catalog, OrganisationKey};

use super::words::shown;

/// The organisations of a person, by what their names look like.
pub(crate) struct OrganisationNames {
    /// The one that looks so; nothing where several do.
    by_look: HashMap<String, Option<Uuid>>,
    /// Do the API's paths name organisations by number?
    by_number: bool,
}

impl OrganisationNames {
    /// Those of a person.
    pub(crate) fn of(catalog: &Catalog, memberships: &[(Organisation, Membership)]) -> Self {
        let mut by_look = HashMap::new();
        for (organisation, _) in memberships {
            for look in looks(&shown(&organisation.name)) {
                match by_look.entry(look) {
                    Entry::Vacant(free) => {
                        free.insert(Some(organisation.id));
                    }
                    Entry::Occupied(mut taken) if *taken.get() != Some(organisation.id) => {
                        taken.insert(None);
                    }
                    Entry::Occupied(_) => {}
                }
            }
        }
        let mut keys = catalog.organisation_parameters().values();
        Self {
            by_look,
            by_number: keys.any(|key| *key == OrganisationKey::Number),
        }
    }

    /// What one of them, or one that the person has left, is called on a page: its name, and where
    /// another looks like it, its number or short name, as the API names it.
    pub(crate) fn name(&self, organisation: &Organisation) -> String {
        let name = shown(&organisation.name);
        let is_others = |look: &String| {
            let owner = self.by_look.get(look);
            owner.is_some_and(|owner| *owner != Some(organisation.id))
        };
        if !looks(&name).iter().any(is_others) {
            return name;
        }
        if self.by_number {
            format!("{name} ({})", organisation.number)
        } else {
            format!("{name} ({})", organisation.slug)
        }
    }
}
