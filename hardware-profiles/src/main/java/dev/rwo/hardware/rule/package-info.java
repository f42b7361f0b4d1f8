/**
 * The operator's own label rules, {@code /etc/rwo/profiles.d/*.yaml}: from any fact of the profile to a label under
 * {@code site.}. docs/site-rules.md is their manual.
 *
 * <p>Reading a folder has effects and never fails: a broken file keeps its last good rules. Evaluating is pure, and as
 * everywhere unknown is not absent. Start reading at {@link dev.rwo.hardware.rule.SiteRules}.
 */
@NullMarked
package dev.rwo.hardware.rule;

import org.jspecify.annotations.NullMarked;
