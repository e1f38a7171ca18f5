import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { UploadStage } from "@/api/events";
import { keys } from "@/api/keys";
import { topics } from "@/api/topics";
import type { UploadResult } from "@/api/types";
import { type Upload, UploadCancelled, uploadDataset } from "@/api/upload";
import { useEvents } from "@/api/useEvents";

export type UploadState =
  | { step: "idle"; error: unknown }
  | { step: "sending"; fraction: number }
  | { step: "server"; stage: UploadStage; fraction: number | null };

/** Sends one file at a time; what the server does with it arrives over the event stream. */
export function useUpload(project: string, onDone: (result: UploadResult) => void) {
  const [state, setState] = useState<UploadState>({ step: "idle", error: null });
  const [id, setId] = useState<string | null>(null);
  const running = useRef<Upload | null>(null);
  const queries = useQueryClient();

  useEvents(project, topics.upload(id), (event) => {
    if (event.type !== "upload.progress" || event.stage === "receiving" || !running.current) return;
    setState({ step: "server", stage: event.stage, fraction: event.fraction });
  });

  useEffect(() => () => running.current?.cancel(), []);

  const start = async (dataset: string, file: File) => {
    const next = crypto.randomUUID();
    setId(next);
    setState({ step: "sending", fraction: 0 });
    const upload = uploadDataset({ project, dataset, id: next }, file, (fraction) => {
      setState((now) => (now.step !== "sending" ? now : fraction < 1 ? { step: "sending", fraction } : READING));
    });
    running.current = upload;
    try {
      const result = await upload.done;
      setState({ step: "idle", error: null });
      queries.invalidateQueries({ queryKey: keys.datasets(project) });
      onDone(result);
    } catch (error) {
      setState({ step: "idle", error: error instanceof UploadCancelled ? null : error });
    } finally {
      running.current = null;
      setId(null);
    }
  };

  return {
    state,
    start,
    cancel: () => running.current?.cancel(),
    reset: () => setState({ step: "idle", error: null }),
  };
}

const READING: UploadState = { step: "server", stage: "reading", fraction: null };
