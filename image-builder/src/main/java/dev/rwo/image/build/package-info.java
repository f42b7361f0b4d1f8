/**
 * Builds the disk image of a node from {@code overlays/}, the agent's packaged tree and a site's seed files.
 * Works with mkosi inside a Debian tools tree that it makes itself, as root or in user namespaces.
 * May use the JDK, Jackson and the programs of {@link dev.rwo.image.build.BuildHost}; knows nothing of sites, keys,
 * command line or QEMU. All writing is below the work directory, all mounts end with the process that made them.
 * Start reading at {@link dev.rwo.image.build.ImageBuild}.
 */
@NullMarked
package dev.rwo.image.build;

import org.jspecify.annotations.NullMarked;
