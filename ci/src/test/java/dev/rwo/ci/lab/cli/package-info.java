/**
 * The lab's command line as a person types it, each command in a process of its own.
 *
 * <p>Start reading at {@link dev.rwo.ci.lab.cli.LabCommandIT}.
 */
@NullMarked
package dev.rwo.ci.lab.cli;

import org.jspecify.annotations.NullMarked;
