/** Where the bytes of a bundle come from, piece by piece: a file, another box, a server; and how RAUC gets at them. */
@NullMarked
package dev.rwo.agent.upgrade.source;

import org.jspecify.annotations.NullMarked;
