import { protocolVersion, versions } from '../messages.ts'
import { operation } from '../operation.ts'
import { many, structure } from '../shape.ts'
import { Tag } from '../ttlv/tags.ts'

/** 4.26 Discover Versions */
export const discoverVersions = operation({
  request: structure({ protocolVersions: many(Tag.ProtocolVersion, protocolVersion) }),
  response: structure({ protocolVersions: many(Tag.ProtocolVersion, protocolVersion) }),
  perform({ protocolVersions: asked }) {
    const isAsked = (major: number, minor: number) =>
      asked.some(one => one.major === major && one.minor === minor)
    return {
      protocolVersions: versions.filter(({ major, minor }) => asked.length === 0 || isAsked(major, minor)),
    }
  },
})
