/**
 * What happens on a node before and beside the agent: where its files live, what the seed partition brings, who the
 * node is, which system settings follow from that, and the readiness stages that say how far it has come.
 *
 * <p>Plain Java that runs before any framework: no reflection, no class-path scanning, Jackson's tree model only. May
 * use {@code dev.rwo.keys}. Start reading at {@link dev.rwo.firstboot.NodeLayout}, then {@link
 * dev.rwo.firstboot.SeedImport}, {@link dev.rwo.firstboot.Identity} and {@link dev.rwo.firstboot.StageBoard}.
 */
@NullMarked
package dev.rwo.firstboot;

import org.jspecify.annotations.NullMarked;
