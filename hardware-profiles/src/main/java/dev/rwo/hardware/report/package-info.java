/**
 * Classifies reports of other machines: what `rwo profile classify FILE` does.
 *
 * <p>Two formats, one JSON object a line, plain or gzip: reports of lscpu and of dmidecode in the form of linux-hardware.org's
 * collections. Uses {@code cpu} and {@code label}; start reading at {@link dev.rwo.hardware.report.ReportClassifier}.
 */
@NullMarked
package dev.rwo.hardware.report;

import org.jspecify.annotations.NullMarked;
