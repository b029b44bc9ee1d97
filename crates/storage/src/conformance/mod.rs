//! The suite that every [`Store`] passes: one case for each behaviour.
//!
//! A database joins by implementing [`Database`] and naming itself in
//! [`store_conformance!`](crate::store_conformance), which makes one test of each case:
//!
//! ```text
//! storage::store_conformance!(FileDatabase::make());
//! ```
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "cases fail by panicking"
)]

mod access_tokens;
mod accounts;
mod api_keys;
mod approvals;
mod arrivals;
mod audit;
mod audit_keys;
mod audit_links;
mod authorization_codes;
mod authorization_requests;
mod catalogs;
mod changes;
mod clean_up;
mod clients;
mod consents;
mod cut_offs;
mod deletions;
mod families;
mod faulty_store;
mod figures;
mod gate_calls;
mod grants;
mod hooks;
mod keys;
mod login_attempts;
mod memberships;
pub mod november;
mod once;
mod organisations;
pub mod pgbouncer_server;
pub mod postgres_server;
mod realms;
mod refresh_tokens;
pub mod samples;
mod sandbox;
mod scope_numbers;
mod sessions;
mod sign_ins;
mod together;
mod users;

use std::sync::Arc;

use async_trait::async_trait;

use crate::store::Store;
pub use faulty_store::FaultyStore;

/// An empty database under test, for one case.
#[async_trait]
pub trait Database: Send + Sync {
    /// A store over it. Each call is a further node with its own connections, where the
    /// database can have several.
    async fn node(&self) -> Arc<dyn Store>;
    /// What lies in its files now, without a log that it recycles by itself. Nothing where
    /// there are none, or where others of its kind are looked into.
    async fn at_rest(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// One list of all cases: it makes the macro that turns them into tests, and the function
/// that runs one of them by name. A case that is missing here is dead code to the compiler.
macro_rules! cases {
    ($($module:ident { $($case:ident,)* })*) => {
        /// Runs the case called `module::case` on an empty database.
        ///
        /// # Panics
        /// If the store does not behave, or there is no such case.
        pub async fn run(case: &str, database: &dyn Database) {
            match case {
                $($(concat!(stringify!($module), "::", stringify!($case)) => {
                    $module::$case(database).await;
                })*)*
                unknown => assert_eq!(unknown, "the name of a case"),
            }
        }

        /// Makes one test of each conformance case. The expression makes an empty
        /// [`Database`](crate::conformance::Database) and is evaluated for each.
        #[macro_export]
        macro_rules! store_conformance {
            ($database:expr) => {
                $(mod $module {
                    $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                    async fn $case() {
                        let database = $database;
                        let case = concat!(stringify!($module), "::", stringify!($case));
                        $crate::conformance::run(case, &database).await;
                    })*
                })*
            };
        }
    };
}

cases! {
    keys {
        come_back_oldest_first,
        ensuring_keeps_the_current_one,
        ensuring_again_after_rotation_keeps_the_new_one,
        two_nodes_ensure_one_key,
        ensuring_keeps_the_current_one_of_another_algorithm,
        rotation_retires_the_current_one_of_its_use,
        rotation_may_change_the_algorithm,
        rotation_needs_the_current_one,
        rotation_to_a_taken_id_changes_nothing,
        one_of_sixteen_rotates,
        revoking_the_current_one_puts_the_next_in_its_place,
        revoking_one_in_use_brings_its_successor_forward,
        revoking_a_retired_one_removes_it,
        revoking_needs_one_of_the_realm_and_use,
        revoking_and_rotating_at_once_leave_one_current,
        rewrapping_replaces_the_form_that_was_read,
        retired_ones_go_when_their_time_has_come,
    }
    audit {
        each_act_leaves_its_record_at_its_place,
        acts_that_change_nothing_leave_no_record,
        acts_that_fail_leave_no_record,
        records_come_back_as_they_were,
        records_come_in_pages_by_position,
        records_are_found_by_who_what_and_which,
    }
    accounts {
        tickets_come_back_until_they_expire,
        of_tickets_the_latest_stay,
        of_sixteen_links_of_a_person_one_counts,
        one_of_sixteen_uses_a_ticket,
        one_of_sixteen_sets_a_password_by_a_ticket,
        a_ticket_stays_where_the_person_changed,
        sessions_are_cut_off_where_they_are,
        second_factors_come_back_as_they_were,
        one_of_sixteen_uses_a_code,
        one_of_sixteen_uses_a_recovery_code,
        wrong_codes_end_with_their_second_factor,
        end_with_their_person,
    }
    api_keys {
        come_back_as_they_were,
        are_found_by_any_of_several_hashes,
        in_a_slow_form_are_found_by_their_beginning,
        are_added_all_or_none,
        live_two_at_once_for_one_organisation,
        added_by_sixteen_are_two,
        revoked_by_sixteen_end_once,
        get_a_fast_hash_once,
        are_told_when_they_were_used_last,
        end_with_their_client,
        end_with_their_organisation,
        go_when_they_were_revoked_long_ago,
    }
    gate_calls {
        of_one_kind_are_added_up,
        of_different_kinds_are_apart,
        are_added_up_by_nodes_at_once,
        go_when_they_came_last_long_ago,
    }
    audit_keys {
        a_person_keeps_one_key,
        a_destroyed_key_is_gone_and_its_records_stay,
        a_destroyed_key_is_in_no_file,
        keys_are_wiped_while_others_act,
    }
    audit_links {
        links_come_back_as_they_were,
        links_go_on_from_the_last,
        links_of_rows_that_have_one_are_not_appended,
        links_have_numbers_and_places_from_one,
        one_of_sixteen_links,
        acts_at_once_are_linked_in_their_order,
    }
    cut_offs {
        lie_right_before_the_change_that_makes_them,
        are_not_made_by_what_conflicts,
        of_an_ended_membership_await_the_next,
        of_a_realm_lie_behind_every_place_until_then,
        made_at_once_each_have_their_place,
        sessions_of_a_person_are_listed,
    }
    clients {
        come_back_as_they_were,
        a_plain_one_comes_back_as_it_was,
        an_id_is_taken_once,
        ids_that_look_alike_are_refused,
        none_is_called_like_a_person,
        called_like_a_person_at_once_one_is_refused,
        updating_replaces,
        updating_needs_one,
        one_that_others_changed_is_not_overwritten,
        one_of_sixteen_changes_it,
        are_found_by_their_uuid,
        come_in_pages_by_id,
        are_not_called_by_what_cannot_be_a_name,
    }
    approvals {
        come_back_newest_first,
        a_new_one_withdraws_the_one_before,
        other_elevations_stand_beside_it,
        withdrawing_answers_whether_one_stood,
        need_a_client,
        take_the_place_only_of_what_was_read,
        given_and_withdrawn_at_once_are_one_act,
    }
    users {
        come_back_as_they_were,
        are_found_by_name_in_any_case,
        are_found_by_each_spelling_of_their_name,
        a_name_is_taken_in_any_case,
        numbers_count_up_in_each_realm,
        updating_replaces,
        updating_needs_one_and_a_free_name,
        come_in_pages_by_name,
        added_at_once_have_their_own_numbers,
        are_not_called_by_what_cannot_be_a_name,
        one_of_sixteen_gets_the_name,
        are_found_by_what_their_system_calls_them,
    }
    arrivals {
        are_recorded_with_all_they_bring,
        are_recorded_whole_or_not_at_all,
        of_invited_people_bring_a_link,
        at_once_make_one_person,
    }
    organisations {
        come_back_by_id_slug_and_number,
        numbers_pass_over_short_names,
        a_slug_is_taken_once,
        an_addition_that_fails_leaves_no_roles,
        come_in_pages_by_slug,
        are_renamed_only_as_they_were_read,
        roles_come_by_name_and_are_replaced,
        a_role_needs_its_organisation,
        a_role_that_others_changed_is_not_overwritten,
        another_system_has_one_of_each_id,
        are_found_by_what_their_system_calls_them,
    }
    memberships {
        are_seen_from_both_sides,
        putting_replaces_what_was_read,
        name_what_is_missing_and_stay_as_they_were,
        removing_answers_whether_there_was_one,
        rights_are_those_of_all_roles,
        rights_need_a_membership_and_an_able_person,
        what_was_given_is_kept_until_it_is_given_anew,
    }
    sessions {
        live_until_they_expire,
        end_once,
        need_a_user,
        tell_how_the_person_proved_who_they_are,
        are_found_by_the_one_they_rest_on,
    }
    authorization_requests {
        come_back_until_they_expire,
        one_of_sixteen_browsers_gets_it,
        more_than_so_many_of_a_sender_in_a_minute_are_refused,
        that_expired_are_nobodys,
        the_oldest_of_a_sender_go,
        the_oldest_of_a_realm_go,
        kept_at_once_stay_within_the_bound,
    }
    sign_ins {
        come_back_until_they_expire,
        one_of_sixteen_answers_counts,
        one_of_sixteen_people_arrives,
        one_of_sixteen_browsers_comes_back,
        a_session_that_cannot_begin_finishes_nothing,
        more_than_so_many_go_or_do_not_begin,
    }
    once {
        of_sixteen_one_is_the_first,
        of_each_realm_and_purpose,
        sessions_end_with_it_once,
        goes_when_it_cannot_come_again,
    }
    login_attempts {
        hold_places_until_they_end,
        that_are_wrong_hold_their_places_for_longer,
        that_are_right_forgive_wrong_ones,
        that_were_cut_off_lose_their_places,
        that_were_no_guess_leave_no_trace,
        begin_under_every_key_or_not_at_all,
        at_once_are_no_more_than_places,
        at_once_and_right_lock_nobody,
        count_whatever_was_typed,
    }
    consents {
        make_grant_and_code,
        again_change_the_standing_grant,
        at_once_make_one_grant,
        bound_to_the_user_make_one_grant_too,
        of_other_organisations_make_other_grants,
        after_revocation_make_a_new_grant,
        that_fail_leave_nothing,
        of_a_user_come_latest_first,
        of_a_grant_come_oldest_first,
        refusals_are_kept,
        refusals_narrow_the_standing_grant,
        refusals_never_widen_a_grant,
        what_was_taken_off_can_be_refused,
        rest_on_the_grant_as_it_stands,
        against_revocation_and_reduction_revive_nothing,
        one_of_sixteen_answers_to_a_request_is_recorded,
    }
    deletions {
        of_a_client_end_what_it_holds,
        of_a_person_end_what_is_theirs,
        of_an_organisation_end_what_is_for_it,
        are_only_of_what_was_read,
        made_by_sixteen_are_one,
        of_a_role_take_it_from_its_members,
        of_a_roles_name_leave_the_role,
    }
    grants {
        are_found_by_their_parties,
        of_a_user_are_the_live_ones_latest_first,
        revoking_ends_once,
        revoked_by_sixteen_end_once,
        reducing_takes_scopes_off,
        what_leaves_a_grant_is_remembered,
        reducing_only_takes_away,
        reducing_needs_a_live_grant,
        reduced_at_once_are_reduced_once,
        what_was_done_to_those_of_a_person_is_told,
    }
    families {
        begin_with_their_code,
        keep_how_their_person_had_signed_in,
        of_a_grant_are_those_that_go_on,
        end_with_their_tokens_and_no_others,
        ended_by_sixteen_end_once,
        end_with_their_grant,
        ended_against_rotation_leave_nothing_usable,
        are_kept_as_long_as_they_matter,
    }
    authorization_codes {
        come_back_as_they_were,
        need_a_live_grant,
        a_hash_is_taken_once,
        are_redeemed_with_their_refresh_token,
        are_redeemed_without_one,
        one_of_sixteen_redeems,
        reuse_names_the_grant,
        a_late_one_is_unknown,
        one_of_a_revoked_grant_is_unknown,
        redeemed_against_revocation_leave_nothing_usable,
        of_many_grants_at_once_are_all_kept,
    }
    refresh_tokens {
        are_exchanged_for_their_successor,
        come_back_with_their_successor,
        exchanged_at_one_moment_keep_apart,
        one_of_sixteen_rotates,
        reuse_names_the_grant,
        a_late_one_is_unknown,
        without_an_end_live_on,
        of_a_revoked_grant_are_revoked,
        rotated_against_revocation_leave_nothing_usable,
        a_chain_of_rotations_holds,
        an_unused_successor_gives_its_place,
        a_successor_gives_its_place_under_a_live_predecessor_only,
        one_of_sixteen_has_the_successor,
    }
    scope_numbers {
        are_given_in_order_and_kept,
        are_announced_with_the_keys,
        given_at_once_are_the_same_everywhere,
    }
    catalogs {
        are_taken_in_place_of_the_one_before,
        are_kept_under_their_digest,
    }
    access_tokens {
        revoked_ones_are_listed_until_they_expire,
        revoked_twice_are_listed_once,
    }
    sandbox {
        records_come_back_as_they_were,
        putting_replaces_in_its_place,
        putting_is_all_or_nothing,
        lists_select_by_parent_and_creator,
        pages_follow_creation_also_past_deleted_ones,
        deleting_answers_whether_it_was_there,
        a_record_is_found_in_whatever_collection,
        organisations_do_not_see_each_other,
    }
    realms {
        do_not_see_each_other,
    }
    changes {
        begin_at_nothing,
        name_what_every_write_touched,
        writes_that_change_nothing_append_nothing,
        writes_that_fail_append_nothing,
        come_in_order_and_parts,
        are_waited_for_no_longer_than_asked,
        reach_other_nodes,
    }
    hooks {
        come_before_each_call,
        are_not_told_of_what_leaves_no_change,
    }
    clean_up {
        goes_in_small_steps,
        keeps_what_still_matters,
        kept_requests_go_when_they_expire,
        used_codes_stay_until_they_expire,
        rotated_refresh_tokens_stay_until_they_expire,
        rotated_refresh_tokens_that_never_expire_go_after_ninety_days,
        old_changes_go_but_the_count_stays,
        tokens_of_long_revoked_grants_go,
        a_store_answers_its_check,
    }
    figures {
        of_a_store_at_rest_tell_of_no_work,
    }
}
