export { ClaspP2P } from './clasp-p2p.js'
export { Peer } from './peer.js'
export {
  BackpressureError,
  InvalidArgumentError,
  MalformedError,
  TooLargeError,
  UnreachableError
} from './errors.js'
