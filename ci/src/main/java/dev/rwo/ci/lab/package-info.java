/**
 * The lab: real container engines on this machine, each in namespaces of its own.
 *
 * <p>Uses nothing else of ours. Start reading at {@link dev.rwo.ci.lab.LabEngine}.
 */
@NullMarked
package dev.rwo.ci.lab;

import org.jspecify.annotations.NullMarked;
