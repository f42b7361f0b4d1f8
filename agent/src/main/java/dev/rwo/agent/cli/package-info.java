/**
 * The node's command line: {@code rwo status}, {@code profile}, {@code labels}, {@code explain}, {@code why}.
 *
 * <p>A client of the node's own API, with the node's own certificate; starts no Quarkus. Start reading at
 * {@link dev.rwo.agent.cli.RwoCommand}.
 */
@NullMarked
package dev.rwo.agent.cli;

import org.jspecify.annotations.NullMarked;
