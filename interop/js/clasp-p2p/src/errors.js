/** Something was asked for that makes no sense. */
export class InvalidArgumentError extends TypeError {
  name = 'InvalidArgumentError'
}

/** A frame or message that makes no sense; remote input is counted and dropped. */
export class MalformedError extends Error {
  name = 'MalformedError'
}

/** A value does not fit into one frame of 65 535 bytes. */
export class TooLargeError extends RangeError {
  name = 'TooLargeError'
}

/** A buffer is full, and nothing was taken; `writable` tells when there is room again. */
export class BackpressureError extends Error {
  name = 'BackpressureError'
}

/** The router or a peer cannot be reached. */
export class UnreachableError extends Error {
  name = 'UnreachableError'
}
