/** Where the boxes of the tests have their bundles from. */
@NullMarked
package dev.rwo.ci.web;

import org.jspecify.annotations.NullMarked;
