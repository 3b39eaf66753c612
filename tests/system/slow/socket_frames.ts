const TEXT = 1;

/** The text messages among a server's WebSocket frames; one that was cut short is left out. */
export function messagesIn(bytes: Uint8Array): readonly string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: string[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const kind = view.getUint8(at) & 0x0f;
    const short = view.getUint8(at + 1) & 0x7f;
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (at + headBytes > bytes.length) break;
    const length = short < 126 ? short : short === 126 ? view.getUint16(at + 2) : Number(view.getBigUint64(at + 2));
    const end = at + headBytes + length;
    if (end > bytes.length) break;
    if (kind === TEXT) messages.push(new TextDecoder().decode(bytes.subarray(at + headBytes, end)));
    at = end;
  }
  return messages;
}
