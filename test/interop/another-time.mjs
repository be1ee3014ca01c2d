// For `node --import`: the clock of the program is off by MINUTES_OFF, as that of a machine may be.
const off = Number(process.env.MINUTES_OFF) * 60_000
const RealDate = Date

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + off] : args))
  }

  static now() {
    return RealDate.now() + off
  }
}
