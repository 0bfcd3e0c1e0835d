// Every sentence that a citizen reads on the chat page (the answers themselves come from the gateway).

export const T = Object.freeze({
  assistant: 'Trợ lý Một Cửa',
  wardFallback: 'Phường',
  pageTitle: (ward) => `Trợ lý Một Cửa – ${ward}`,

  // Frame
  skip: 'Đến ô nhập câu hỏi',
  log: 'Cuộc trò chuyện',
  menu: 'Menu',
  latest: 'Xuống câu mới nhất',
  close: 'Đóng',
  cancel: 'Thôi',
  loading: 'Đang mở cuộc trò chuyện…',
  greetingFallback: 'Chào bạn! Bạn cần hỏi thủ tục gì, cứ nhập vào ô bên dưới.',

  // Composer
  box: 'Câu hỏi của bạn',
  placeholder: 'Nhập câu hỏi…',
  send: 'Gửi',
  mic: 'Nói thay vì gõ chữ',
  micStop: 'Dừng nghe',
  micOn: 'Đang nghe, mời bạn nói…',
  micError: 'Chưa nghe được. Bạn kiểm tra quyền dùng micrô rồi thử lại, hoặc gõ chữ.',
  left: (count) => `Còn ${count} ký tự`,
  over: (count) => `Dài quá ${count} ký tự, bạn rút ngắn giúp`,

  // Messages
  you: 'Bạn',
  typing: 'Trợ lý đang tìm câu trả lời…',
  opensNew: 'mở trang mới',
  suggestions: 'Gợi ý tiếp theo',
  state: {
    queued: 'đang chờ gửi…',
    offline: 'đang chờ mạng…',
    busy: 'chưa gửi được, sẽ tự gửi lại…',
    slow: 'bạn hỏi hơi nhanh, lát nữa sẽ tự gửi…',
  },
  openProcedure: 'Cho tôi xem thủ tục này',
  refused: 'Tin này chưa gửi được.',
  gaveUp: 'Hệ thống đang bận, tin này chưa gửi được.',
  edit: 'Sửa lại',
  retry: 'Gửi lại',

  // Notices above the box
  notice: {
    limited: 'Trợ lý đang trả lời ở mức đơn giản, một số câu có thể chưa đầy đủ.',
    offline: 'Máy đang mất mạng. Tin của bạn được giữ lại và tự gửi khi có mạng.',
    connecting: 'Chưa kết nối được với phường, đang thử lại…',
  },

  // What can be done with an answer
  actions: 'Việc làm với câu trả lời',
  copy: 'Sao chép',
  copied: 'Đã sao chép câu trả lời.',
  copyFailed: 'Máy không cho sao chép. Bạn bôi đen chữ rồi sao chép giúp.',
  share: 'Chia sẻ',
  print: 'In ra',
  speak: 'Nghe',
  speakStop: 'Dừng',
  spokenLink: 'đường dẫn trong câu trả lời',
  cardOpen: (title, count) => `${title} (${count} mục)`,
  qr: 'Quét mã này để mở lại danh sách',
  reopen: (url) => `Mở lại danh sách: ${url}`,
  printedAt: (day, time) => `In ngày ${day}, lúc ${time}`,
  printNote: 'Giấy này giúp bà con chuẩn bị, không phải giấy hẹn hay giấy biên nhận.',

  // Feedback on one answer
  ask: 'Câu trả lời có giúp được bạn không?',
  good: 'Có ích',
  bad: 'Chưa ổn',
  why: 'Chưa ổn ở chỗ nào?',
  reasons: [
    ['sai', 'Sai'],
    ['thieu', 'Thiếu'],
    ['kho-hieu', 'Khó hiểu'],
    ['cu', 'Đã cũ'],
    ['khong-phai', 'Không phải trường hợp của tôi'],
    ['khac', 'Khác'],
  ],
  thanks: 'Cảm ơn bạn đã góp ý.',
  feedbackFailed: 'Góp ý chưa gửi được, bạn thử lại sau giúp.',

  // Menu
  size: 'Cỡ chữ',
  sizes: [['m', 'A', 'Chữ vừa'], ['l', 'A+', 'Chữ to'], ['xl', 'A++', 'Chữ rất to']],
  theme: 'Màu màn hình',
  themes: [
    ['auto', 'Theo máy', 'Theo máy'],
    ['light', 'Sáng', 'Nền sáng'],
    ['dark', 'Tối', 'Nền tối'],
    ['contrast', 'Rõ nét', 'Tương phản cao, chữ thật rõ'],
  ],
  newChat: 'Bắt đầu cuộc trò chuyện mới',
  newChatAsk: 'Bắt đầu cuộc trò chuyện mới?',
  newChatBody: 'Các câu hỏi và trả lời hiện có sẽ không còn trên màn hình này. Tin đang chờ gửi sẽ bị bỏ.',
  newChatYes: 'Bắt đầu mới',
  newChatDone: 'Đã bắt đầu cuộc trò chuyện mới.',
  rate: 'Đánh giá',
  rateTitle: 'Bạn thấy trợ lý thế nào?',
  rateWords: ['Rất không hài lòng', 'Không hài lòng', 'Bình thường', 'Hài lòng', 'Rất hài lòng'],
  rateStar: (count, word) => `${count} sao: ${word}`,
  rateText: 'Bạn muốn nhắn thêm điều gì? (không bắt buộc)',
  rateSend: 'Gửi đánh giá',
  rateMissing: 'Bạn chọn số sao trước giúp.',
  rateThanks: 'Cảm ơn bạn đã đánh giá.',
  rateFailed: 'Đánh giá chưa gửi được. Bạn thử lại giúp.',
  privacy: 'Quyền riêng tư',
  privacyPage: [
    'Máy của bạn giữ mã cuộc trò chuyện, tin đang chờ gửi, chữ đang gõ dở, các câu bạn đã góp ý, cỡ chữ và màu màn hình. Chọn “Bắt đầu cuộc trò chuyện mới” để máy quên mã cũ.',
    'Khi bạn bấm micrô, trình duyệt đổi giọng nói thành chữ và có thể nhờ máy chủ của hãng làm trình duyệt. Trợ lý chỉ nhận chữ bạn gửi.',
    'Xin đừng gửi mật khẩu, mã OTP hay số tài khoản ngân hàng.',
  ],
  about: 'Giới thiệu',
  aboutPage: (ward) => [
    `Trợ lý Một Cửa giúp bà con hỏi về thủ tục hành chính tại ${ward}: cần giấy tờ gì, nộp ở đâu, bao lâu, hết bao nhiêu tiền.`,
    'Đây là máy trả lời tự động, không phải cán bộ. Dưới câu trả lời có ghi căn cứ và ngày cập nhật để bạn kiểm tra.',
    'Câu trả lời để bà con chuẩn bị, không thay cho quyết định của cán bộ. Nếu chưa chắc, bạn hỏi Bộ phận Một cửa.',
  ],
});
