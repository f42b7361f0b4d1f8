/**
 * {@code ./rwo lab}: a lab that stays up in the background, and the commands to it. The warden is the background process
 * that holds switch, hosts and agents; it listens on a socket below {@code /run/rwo-lab}, and everything ends with it.
 *
 * <p>Uses {@code dev.rwo.ci.lab}. Start reading at {@link dev.rwo.ci.lab.cli.LabCommand}; what each request does is in
 * {@link dev.rwo.ci.lab.cli.Requests}.
 */
@NullMarked
package dev.rwo.ci.lab.cli;

import org.jspecify.annotations.NullMarked;
