/** Placeholder. */
@org.jspecify.annotations.NullMarked
package dev.rwo.firstboot;
