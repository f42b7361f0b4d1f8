/**
 * Upgrades of the OS as firmware is upgraded: what one box does for its own (install into the other slot, try it, keep it or go
 * back), and what the boxes of a site ask each other for that. Which box is upgraded when is up to {@code upgrade.campaign}.
 */
@NullMarked
package dev.rwo.agent.upgrade;

import org.jspecify.annotations.NullMarked;
