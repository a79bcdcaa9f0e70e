/**
 * Frames and their encoding: the compact binary form, and the legacy MessagePack form on decode.
 */
@NullMarked
package to.clasp.core.codec;

import org.jspecify.annotations.NullMarked;
