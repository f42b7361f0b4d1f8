/**
 * What {@code ./rwo demo} brings along as a workload: a web page in a container image made here, without a registry.
 *
 * <p>Uses nothing but the JDK, Jackson and the host's busybox. Start reading at {@link dev.rwo.image.demo.DemoStack}.
 */
@NullMarked
package dev.rwo.image.demo;

import org.jspecify.annotations.NullMarked;
