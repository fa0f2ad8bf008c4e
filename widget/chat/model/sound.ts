// One soft tone for a new message; silent unless the visitor switched sound on.

let audio: AudioContext | null = null;

export function playTone(): void {
  try {
    audio ??= new AudioContext();
    const gain = audio.createGain();
    const tone = audio.createOscillator();
    const now = audio.currentTime;
    tone.frequency.setValueAtTime(660, now);
    tone.frequency.exponentialRampToValueAtTime(880, now + 0.12);
    gain.gain.setValueAtTime(0.0001, now);
    gain.gain.exponentialRampToValueAtTime(0.06, now + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, now + 0.25);
    tone.connect(gain).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.3);
  } catch {
    audio = null;
  }
}
