/**
 * {@code rwo.yaml}: its typed form, its reader, and what is said about its mistakes.
 *
 * <p>Reads YAML as a tree with positions and never builds objects from it; touches no file, clock or network. May use
 * {@code dev.rwo.keys} for the names it shares with certificates. Start reading at {@link
 * dev.rwo.firstboot.config.NodeConfigReader}; the rules for operators are in {@code docs/rwo-yaml.md}.
 */
@NullMarked
package dev.rwo.firstboot.config;

import org.jspecify.annotations.NullMarked;
