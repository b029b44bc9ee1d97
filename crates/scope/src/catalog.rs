//! One provider's scope system, read and checked.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::compiled::{Expand, Needs};
use crate::definition::{
    Accepted, Action, ClientKind, Elevation, GuideSection, Resource, ResourceGroup, RoleTemplate,
    RowFilter, ScopeDefinition,
};
use crate::endpoint::{Endpoint, ExpandRules};
use crate::likeness::Watched;
use crate::limits::CallLimits;
use crate::policy::{
    AuthorizationPolicy, ConsentPolicy, GrantPolicy, OrganisationKey, OrganisationSource, Samples,
    TokenPolicy,
};
use crate::router::Router;
use crate::rows::Rows;
use crate::{
    GrantedScope, RegisteredScope, RequestedScope, Scope, ScopeId, ScopeSet, ScopeToken, Text,
};

/// One provider's scope system: what its scopes mean and which calls they open.
/// Made by [`Catalog::parse`] only, so it is free of mistakes.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub(crate) source: std::sync::Arc<str>,
    pub(crate) head: Head,
    pub(crate) scopes: Vec<ScopeDefinition>,
    pub(crate) ids: FxHashMap<String, ScopeId>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) rows: Rows,
    pub(crate) groups: Vec<ResourceGroup>,
    /// Indices of resources, by name.
    pub(crate) resource_places: FxHashMap<String, usize>,
    pub(crate) actions: Vec<Action>,
    pub(crate) client_kinds: Vec<ClientKind>,
    pub(crate) elevations: Vec<Elevation>,
    pub(crate) evidence: BTreeMap<String, Text>,
    pub(crate) roles: Vec<RoleTemplate>,
    pub(crate) policy: Policies,
    pub(crate) endpoints: Vec<Endpoint>,
    /// What each endpoint needs, by the same index.
    pub(crate) needs: Vec<Needs>,
    pub(crate) router: Router,
    pub(crate) expand_rules: Option<ExpandRules>,
    pub(crate) expand: Option<Expand>,
    pub(crate) limits: CallLimits,
    pub(crate) samples: BTreeMap<String, Samples>,
    pub(crate) sets: Sets,
}

/// The head of the file.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) languages: Vec<String>,
    pub(crate) title: Text,
    pub(crate) summary: Text,
    pub(crate) scope_pattern: String,
    pub(crate) guide: Vec<GuideSection>,
    pub(crate) accepted: Vec<Accepted>,
    pub(crate) sources: BTreeMap<String, String>,
}

/// The sections on consent, grants and tokens.
#[derive(Debug, Clone)]
pub(crate) struct Policies {
    pub(crate) consent: ConsentPolicy,
    pub(crate) authorization: AuthorizationPolicy,
    pub(crate) grant: GrantPolicy,
    pub(crate) organisation_parameters: BTreeMap<String, OrganisationKey>,
    /// With the name that its place goes by.
    pub(crate) organisation_source: Option<(OrganisationSource, Watched)>,
    pub(crate) token: TokenPolicy,
}

/// Sets that do not depend on who asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sets {
    pub(crate) every_grant: ScopeSet,
    pub(crate) new_client: ScopeSet,
    pub(crate) elevated: ScopeSet,
    /// Not retired.
    pub(crate) usable: ScopeSet,
    /// Of those that delete by themselves.
    pub(crate) deleting: ScopeSet,
    /// Of those that change nothing.
    pub(crate) looking: ScopeSet,
    /// By scope: what it brings, without itself.
    pub(crate) implied: Vec<ScopeSet>,
    /// By scope: its row filter, close together for decisions.
    pub(crate) row_filters: Box<[Option<RowFilter>]>,
    /// What an id of another catalog brings.
    pub(crate) nothing: ScopeSet,
}

impl Catalog {
    /// The text of the file it was read from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The catalog's id, `[a-z][a-z0-9-]*`.
    pub fn id(&self) -> &str {
        &self.head.id
    }

    /// The version, any text.
    pub fn version(&self) -> &str {
        &self.head.version
    }

    /// The provider's name.
    pub fn title(&self) -> &Text {
        &self.head.title
    }

    /// One or two sentences on the API.
    pub fn summary(&self) -> &Text {
        &self.head.summary
    }

    /// The languages of every text; the first one is the fallback.
    pub fn languages(&self) -> &[String] {
        &self.head.languages
    }

    /// How scope names are made, with `{resource}` and `{action}`.
    pub fn scope_pattern(&self) -> &str {
        &self.head.scope_pattern
    }

    /// Free prose for the reference page, in file order.
    pub fn guide(&self) -> &[GuideSection] {
        &self.head.guide
    }

    /// Findings of `catalog lint` that are meant so, in file order.
    pub fn accepted(&self) -> &[Accepted] {
        &self.head.accepted
    }

    /// Where facts come from, by short key.
    pub fn sources(&self) -> &BTreeMap<String, String> {
        &self.head.sources
    }

    /// Every scope in file order.
    pub fn scopes(&self) -> &[ScopeDefinition] {
        &self.scopes
    }

    /// The definition of a scope of this catalog.
    pub fn scope(&self, id: ScopeId) -> Option<&ScopeDefinition> {
        self.scopes.get(id.index())
    }

    /// The scope with this name.
    pub fn find(&self, name: &str) -> Option<ScopeId> {
        self.ids.get(name).copied()
    }

    /// The resources in file order, scopes outside the pattern among them.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The resource with this name.
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        let place = self.resource_places.get(name)?;
        self.resources.get(*place)
    }

    /// What a person decides about in one row, in file order: the resources, but that of scopes which
    /// stand alone those are one whose names say that they are about one thing, such as
    /// `contacts.read` and `contacts.write`. What reads comes first there.
    pub fn rows(&self) -> &[Resource] {
        &self.rows.list
    }

    /// The row of a scope of this catalog.
    pub fn row_of(&self, id: ScopeId) -> Option<&Resource> {
        let place = self.rows.of_scope.get(id.index())?;
        self.rows.list.get(*place)
    }

    /// The groups of resources in file order.
    pub fn groups(&self) -> &[ResourceGroup] {
        &self.groups
    }

    /// The actions in file order.
    pub fn actions(&self) -> &[Action] {
        &self.actions
    }

    /// The action with this name.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.name == name)
    }

    /// The kinds of client in file order; the first one is the default.
    pub fn client_kinds(&self) -> &[ClientKind] {
        &self.client_kinds
    }

    /// The kind of client with this name.
    pub fn client_kind(&self, name: &str) -> Option<&ClientKind> {
        self.client_kinds.iter().find(|kind| kind.name == name)
    }

    /// The elevations in file order.
    pub fn elevations(&self) -> &[Elevation] {
        &self.elevations
    }

    /// The elevation with this name.
    pub fn elevation(&self, name: &str) -> Option<&Elevation> {
        self.elevations
            .iter()
            .find(|elevation| elevation.name == name)
    }

    /// Titles of the pieces of evidence.
    pub fn evidence(&self) -> &BTreeMap<String, Text> {
        &self.evidence
    }

    /// The role templates in file order.
    pub fn roles(&self) -> &[RoleTemplate] {
        &self.roles
    }

    /// The role template with this name.
    pub fn role(&self, name: &str) -> Option<&RoleTemplate> {
        self.roles.iter().find(|role| role.name == name)
    }

    /// What a person may decline.
    pub fn consent(&self) -> &ConsentPolicy {
        &self.policy.consent
    }

    /// Rules of the authorization endpoint.
    pub fn authorization(&self) -> &AuthorizationPolicy {
        &self.policy.authorization
    }

    /// Rules of the standing grant.
    pub fn grant_policy(&self) -> &GrantPolicy {
        &self.policy.grant
    }

    /// Path parameters that name the organisation.
    pub fn organisation_parameters(&self) -> &BTreeMap<String, OrganisationKey> {
        &self.policy.organisation_parameters
    }

    /// What names the organisation besides the path.
    pub fn organisation_source(&self) -> Option<&OrganisationSource> {
        let source = self.policy.organisation_source.as_ref();
        source.map(|(source, _)| source)
    }

    /// The form and life of tokens.
    pub fn token_policy(&self) -> &TokenPolicy {
        &self.policy.token
    }

    /// Every method of every path, in file order.
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.endpoints
    }

    /// The query parameter that adds requirements to every call.
    pub fn expand_parameter(&self) -> Option<&ExpandRules> {
        self.expand_rules.as_ref()
    }

    /// How often its API may be called.
    pub fn limits(&self) -> &CallLimits {
        &self.limits
    }

    /// Sample records by collection.
    pub fn samples(&self) -> &BTreeMap<String, Samples> {
        &self.samples
    }
}

/// Sets.
impl Catalog {
    /// The scopes with these names, and the names that are not in the catalog.
    pub fn set_of<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> (ScopeSet, Vec<String>) {
        let mut set = ScopeSet::empty();
        let mut unknown = Vec::new();
        for name in names {
            match self.find(name) {
                Some(id) => set.insert(id),
                None => unknown.push(name.to_owned()),
            }
        }
        (set, unknown)
    }

    /// The names of a set, in catalog order.
    pub fn names(&self, set: &ScopeSet) -> Vec<&str> {
        set.iter().filter_map(|id| self.name(id)).collect()
    }

    /// A set as a scope, in catalog order.
    pub fn scope_of(&self, set: &ScopeSet) -> Scope {
        Scope::of_distinct(
            set.iter()
                .filter_map(|id| self.name(id))
                .filter_map(|name| ScopeToken::parse(name).ok()),
        )
    }

    /// Every scope.
    pub fn all(&self) -> ScopeSet {
        ScopeSet::first(self.scopes.len())
    }

    /// The set with everything its scopes bring. A retired scope brings nothing and is
    /// brought by nothing.
    pub fn expand(&self, set: &ScopeSet) -> ScopeSet {
        let mut expanded = set.clone();
        for id in set.iter() {
            expanded.add_all(self.implied_by(id));
        }
        expanded
    }

    /// What one scope brings, directly or through others, without itself.
    pub fn implied_by(&self, id: ScopeId) -> &ScopeSet {
        self.sets
            .implied
            .get(id.index())
            .unwrap_or(&self.sets.nothing)
    }

    /// The scopes on every grant, never a choice.
    pub fn every_grant(&self) -> &ScopeSet {
        &self.sets.every_grant
    }

    /// The scopes in the registration of each new client.
    pub fn new_client(&self) -> &ScopeSet {
        &self.sets.new_client
    }

    /// The scopes that need an approval.
    pub fn elevated(&self) -> &ScopeSet {
        &self.sets.elevated
    }

    /// The scopes that are not retired.
    pub fn usable(&self) -> &ScopeSet {
        &self.sets.usable
    }

    /// Does this scope, or one it brings, say that it deletes or open a call that does? By its calls
    /// one of an action that only reads does not count: what is deleted there is no record of theirs.
    pub fn deletes(&self, id: ScopeId) -> bool {
        let deleting = &self.sets.deleting;
        deleting.contains(id) || !self.implied_by(id).intersection(deleting).is_empty()
    }

    /// The scopes by which nothing is changed, whatever they bring: those of an action that reads,
    /// and of those that stand alone the ones that open calls of methods that read, and no others.
    pub fn looking(&self) -> &ScopeSet {
        &self.sets.looking
    }

    /// Those scopes of a set that open certain records only, each with which. A call that another
    /// scope opens as well is not limited: only its decision says what counts.
    pub fn row_filters<'c>(
        &'c self,
        set: &'c ScopeSet,
    ) -> impl Iterator<Item = (&'c str, RowFilter)> {
        let limited = |id| Some((self.name(id)?, self.row_filter(id)?));
        set.iter().filter_map(limited)
    }

    pub(crate) fn row_filter(&self, id: ScopeId) -> Option<RowFilter> {
        self.sets.row_filters.get(id.index()).copied().flatten()
    }

    pub(crate) fn name(&self, id: ScopeId) -> Option<&str> {
        self.scope(id).map(|scope| scope.name.as_str())
    }
}

/// Roles.
impl Catalog {
    /// A client's request, sorted into known and unknown.
    pub fn requested(&self, given: Scope) -> RequestedScope {
        let mut known = ScopeSet::empty();
        let mut unknown = Vec::new();
        for token in given.tokens() {
            match self.find(token.as_str()) {
                Some(id) => known.insert(id),
                None => unknown.push(token.clone()),
            }
        }
        RequestedScope {
            known,
            unknown,
            given,
        }
    }

    /// A client's ceiling from its registration: expanded, with every-grant defaults.
    /// Names the catalog does not know are ignored.
    pub fn registered(&self, scope: &Scope) -> RegisteredScope {
        RegisteredScope(self.with_defaults(scope))
    }

    /// What a new grant of this scope holds: expanded, with the every-grant defaults as they
    /// are now. Names the catalog does not know are ignored.
    pub fn granted(&self, scope: &Scope) -> GrantedScope {
        GrantedScope(self.with_defaults(scope))
    }

    /// What a grant or token made earlier holds: what its record says, and not more. It was
    /// expanded when it was made, and defaults were frozen into it; what scopes bring by now, and
    /// defaults that came later, are not added. Names the catalog does not know any more are
    /// ignored.
    pub fn recorded(&self, scope: &Scope) -> GrantedScope {
        GrantedScope(self.set_of(scope.iter()).0)
    }

    /// The scopes without elevation and those of the client's live elevations.
    pub fn approved<'a>(&self, live_elevations: impl IntoIterator<Item = &'a str>) -> ScopeSet {
        let live: Vec<&str> = live_elevations.into_iter().collect();
        let waiting = self.sets.elevated.iter().filter(|id| {
            let elevation = self.scope(*id).and_then(|scope| scope.elevation.as_deref());
            !elevation.is_some_and(|name| live.contains(&name))
        });
        self.all().difference(&waiting.collect())
    }

    /// The same as an API key may hold it: without what only OAuth opens, the scopes of an elevation
    /// that is not for keys.
    pub fn recorded_for_key(&self, scope: &Scope) -> GrantedScope {
        GrantedScope(self.recorded(scope).set().difference(&self.not_for_keys()))
    }

    /// The scopes that no API key may hold: those of elevations that do not say `api_keys = true`.
    pub fn not_for_keys(&self) -> ScopeSet {
        let elevated = self.sets.elevated.iter();
        let closed = elevated.filter(|id| {
            let elevation = self.scope(*id).and_then(|scope| scope.elevation.as_deref());
            let elevation = elevation.and_then(|name| self.elevation(name));
            elevation.is_none_or(|elevation| !elevation.api_keys)
        });
        closed.collect()
    }

    /// A user's rights from names, or names with one `*`: expanded, with every-grant
    /// defaults. What the catalog does not know is ignored.
    pub fn rights<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> ScopeSet {
        let names = names.into_iter();
        let matching: ScopeSet = names.flat_map(|name| self.matching(name)).collect();
        self.expand(&matching).union(&self.sets.every_grant)
    }

    /// The scopes that a name, or a name with one `*`, stands for.
    pub fn matching(&self, pattern: &str) -> Vec<ScopeId> {
        let Some((start, end)) = pattern.split_once('*') else {
            return self.find(pattern).into_iter().collect();
        };
        let fits = |name: &str| {
            name.strip_prefix(start)
                .is_some_and(|rest| rest.ends_with(end))
        };
        let scopes = self.scopes.iter().enumerate();
        scopes
            .filter(|(_, scope)| fits(&scope.name))
            .map(|(index, _)| ScopeId::new(index))
            .collect()
    }

    fn with_defaults(&self, scope: &Scope) -> ScopeSet {
        let (set, _) = self.set_of(scope.iter());
        self.expand(&set).union(&self.sets.every_grant)
    }
}
